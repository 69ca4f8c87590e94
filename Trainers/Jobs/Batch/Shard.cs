using System.Globalization;
using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>
/// One of several parts of a list of pictures, for one of several machines. Parts are contiguous and differ by at most one
/// picture in length, so that their results, one behind the other, are those of the whole list in its order.
/// </summary>
public sealed record Shard
{
    private const string SlurmArray = "SLURM_ARRAY_TASK_";
    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";
    private const string KubernetesCount = "JOB_COMPLETIONS";

    /// <summary>Makes a shard.</summary>
    /// <param name="number">Which one, from 1.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public Shard(int number, int count)
    {
        if (count is < 1 or > 1_000_000 || number < 1 || number > count)
            throw new ArgumentException($"there is no shard {number} of {count}; they are numbered from 1 to their count");
        (Number, Count) = (number, count);
    }

    /// <summary>Which one, from 1.</summary>
    public int Number { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Reads <c>2/4</c> as the second of four; <c>auto</c> and <c>auto/4</c> as the job engine says.</summary>
    /// <param name="text">The words.</param>
    /// <param name="variables">Reads a variable of the environment; null for that of this process.</param>
    /// <exception cref="ArgumentException">It is neither, or no job engine says anything.</exception>
    public static Shard Parse(string text, Func<string, string?>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (first, second) = text.Split('/') switch
        {
            [var one] => (one, null),
            [var one, var two] => (one, two),
            _ => ("", ""),
        };
        var count = 0;
        if (second is null || PlainNumber.TryParse(second, out count))
        {
            if (string.Equals(first, "auto", StringComparison.OrdinalIgnoreCase))
                return FromEnvironment(second is null ? null : count, variables);
            if (second is not null && PlainNumber.TryParse<int>(first, out var number))
                return new Shard(number, count);
        }

        throw new ArgumentException($"'{text}' is no shard; write 2/4 for the second of four, or auto where Kubernetes or Slurm "
            + "numbers the tasks");
    }

    /// <summary>The shard of a task of a Kubernetes indexed job or of a Slurm array.</summary>
    /// <param name="count">How many shards there are. Null: as many as the Slurm array has tasks, or as the variable
    /// JOB_COMPLETIONS says. When it is given, the tasks of a Slurm array are numbered from 1, so that some of them can be
    /// submitted again.</param>
    /// <param name="variables">Reads a variable of the environment; null for that of this process.</param>
    /// <exception cref="ArgumentException">The environment does not say which shard it is.</exception>
    public static Shard FromEnvironment(int? count = null, Func<string, string?>? variables = null)
    {
        variables ??= Environment.GetEnvironmentVariable;
        if (Read(KubernetesIndex) is { } index)
        {
            return new Shard(index + 1, count ?? Read(KubernetesCount)
                ?? throw new ArgumentException($"{KubernetesIndex} says which task this is, and nothing of how many; give the "
                    + $"count as in auto/8, or in the variable {KubernetesCount}"));
        }

        if (Read(SlurmArray + "ID") is not { } id)
        {
            throw new ArgumentException($"neither {KubernetesIndex} (Kubernetes indexed jobs) nor {SlurmArray}ID (Slurm arrays) "
                + "is set, so that nothing says which shard this is; write it as 2/4");
        }

        if (count is not null)
            return new Shard(id, count.Value);
        var (least, most, tasks) = (Required("MIN"), Required("MAX"), Required("COUNT"));
        var step = Read(SlurmArray + "STEP") ?? 1;
        if (step < 1 || (most - least) / step + 1 != tasks || (id - least) % step != 0)
        {
            throw new ArgumentException($"the Slurm array has {tasks} tasks from {least} to {most}, some of them left out: "
                + "number the tasks from 1 and give the count as in auto/8");
        }

        return new Shard((id - least) / step + 1, tasks);
        int Required(string name) =>
            Read(SlurmArray + name) ?? throw new ArgumentException($"{SlurmArray}{name} is not set beside {SlurmArray}ID");
        int? Read(string name) => variables(name) is not { Length: > 0 } text ? null
            : PlainNumber.TryParse<int>(text, out var value) && value >= 0 ? value
            : throw new ArgumentException($"the variable {name} is '{text}', and no number");
    }

    /// <summary>The file of this shard beside that of the whole: <c>scores-2-of-4.csv</c> for <c>scores.csv</c>.</summary>
    /// <param name="path">The file of the whole.</param>
    public string PathOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var digits = Count.ToString(CultureInfo.InvariantCulture);
        var number = Number.ToString(CultureInfo.InvariantCulture).PadLeft(digits.Length, '0');
        return Path.Join(Path.GetDirectoryName(path),
            $"{Path.GetFileNameWithoutExtension(path)}-{number}-of-{digits}{Path.GetExtension(path)}");
    }

    /// <summary>The places of its pictures in the list: from the first to before the last.</summary>
    /// <param name="pictures">How many the list has.</param>
    public (long From, long To) RangeOf(long pictures) =>
        ((long)((Int128)pictures * (Number - 1) / Count), (long)((Int128)pictures * Number / Count));

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
