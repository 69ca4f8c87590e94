using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MlPipeline.ScoringService;

/// <summary>The keys that requests may bear, as hashes: what is compared has one length, and all keys are compared, so that time
/// tells nothing.</summary>
internal sealed class ApiKeys
{
    private const int ShortestKey = 16;
    private const string HashPrefix = "sha256:";

    private readonly byte[][] _hashes;

    private ApiKeys(byte[][] hashes) => _hashes = hashes;

    public static ApiKeys None { get; } = new([]);

    public bool IsEmpty => _hashes.Length == 0;

    public static ApiKeys Of(params string[] keys) => new([.. keys.Select(k => HashOf(k, "the key"))]);

    /// <summary>Reads the keys of a file and of a variable (divided by commas).</summary>
    /// <exception cref="SettingsException">The file cannot be read or holds no key, or a key is too short.</exception>
    public static ApiKeys Read(string path, string variable, string? fromVariable)
    {
        var hashes = (fromVariable ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(key => HashOf(key, variable)).ToList();
        if (path.Length > 0)
        {
            try
            {
                var lines = File.ReadAllLines(path).Index().Select(l => (Number: l.Index + 1, Text: l.Item.Trim()))
                    .Where(l => l.Text.Length > 0 && l.Text[0] != '#').ToList();
                hashes.AddRange(lines.Select(l => HashOf(l.Text, $"{path}, line {l.Number}")));
                if (lines.Count == 0)
                    throw new SettingsException($"{path}: there is no key in it; write one a line.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SettingsException($"--api-keys: {e.Message}");
            }
        }

        return new ApiKeys([.. hashes]);
    }

    /// <summary>Whether a key is one of these.</summary>
    public bool Contains(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        var found = false;
        foreach (var known in _hashes)
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        return found;
    }

    private static byte[] HashOf(string key, string place)
    {
        if (!key.StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            return key.Length >= ShortestKey ? SHA256.HashData(Encoding.UTF8.GetBytes(key))
                : throw new SettingsException($"{place}: a key needs at least {ShortestKey} letters: openssl rand -hex 32");
        }

        var hex = key.AsSpan(HashPrefix.Length);
        var hash = new byte[SHA256.HashSizeInBytes];
        return hex.Length == 2 * hash.Length && Convert.FromHexString(hex, hash, out _, out _) == OperationStatus.Done ? hash
            : throw new SettingsException($"{place}: behind '{HashPrefix}' stand 64 hexadecimal digits.");
    }
}
