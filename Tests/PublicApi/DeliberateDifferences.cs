namespace MlPipeline.PublicApi.Tests;

/// <summary>
/// Where Core's surface is not that of the facts, and why. A line is a sign, a type, a member and a reason, separated by " :: ":
/// "+" for what Core has and the facts have not, "-" for what the facts have and Core has not, where the member "*" is the
/// whole type.
/// </summary>
internal sealed class DeliberateDifferences
{
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);

    public IEnumerable<string> Listed => _reasons.Keys;

    public static string Entry(char sign, string type, string member) => $"{sign} {type} :: {member}";

    public static DeliberateDifferences Read()
    {
        DeliberateDifferences differences = new();
        foreach (string line in ApiTexts.Lines("deliberate-differences.txt").Where(line => line.Length > 0 && line[0] != '#'))
        {
            int reason = line.LastIndexOf(" :: ", StringComparison.Ordinal);
            string entry = line[..reason];
            Assert.True(entry.Contains(" :: ", StringComparison.Ordinal) && entry[0] is '+' or '-', $"Not a difference: {line}");
            Assert.True(line[(reason + 4)..].Trim().Length > 5, $"No reason: {line}");
            Assert.True(differences._reasons.TryAdd(entry, line[(reason + 4)..]), $"Listed twice: {entry}");
        }

        return differences;
    }
}
