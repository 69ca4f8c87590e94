using System.Diagnostics;
using System.Globalization;
using System.Text;
using MlPipeline.Data.Files;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>
/// The state of a training in a file, written aside and renamed. Its head says of which training it is: facts with their names,
/// all of which must be the same for another process to go on with it.
/// </summary>
internal sealed class TrainingCheckpoint
{
    private const string Form = "MlPipeline training state 2";

    private readonly string _path;
    private readonly TimeSpan _interval;
    private readonly IReadOnlyList<(string Name, string Value)> _facts;
    private readonly Stopwatch _sinceWritten = Stopwatch.StartNew();

    private TrainingCheckpoint(string path, TimeSpan interval, IReadOnlyList<(string Name, string Value)> facts) =>
        (_path, _interval, _facts) = (path, interval, facts);

    /// <summary>The checkpoint of a training; null where none is wanted.</summary>
    public static TrainingCheckpoint? For(FineTuningTask task, FineTuningOptions options, int seed)
    {
        if (options.Checkpoints is not { } folder)
            return null;
        return new TrainingCheckpoint(Path.GetFullPath(Path.Combine(folder, task.Name + ".checkpoint")),
            TimeSpan.FromMinutes(options.CheckpointMinutes),
            [
                ("program", typeof(TrainingCheckpoint).Assembly.GetName().Version?.ToString() ?? ""),
                ("network", $"{task.Backbone.Name} {task.Backbone.Sha256} {task.Backbone.Preprocessing.Fingerprint}"),
                ("pictures", task.Fingerprint),
                ("seed", seed.ToString(CultureInfo.InvariantCulture)),
                .. Facts(options),
            ]);
    }

    /// <summary>Goes back to the state in the file.</summary>
    /// <param name="restore">Takes the stream behind the head.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="JobException">The file is of another training that is not over, or is damaged.</exception>
    public bool TryRestore(Action<Stream> restore)
    {
        if (!File.Exists(_path))
            return false;
        try
        {
            using var stream = File.OpenRead(_path);
            using BinaryReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
            if (reader.ReadString() != Form)
                throw new InvalidDataException("it has another form");
            var isOver = reader.ReadBoolean();
            Dictionary<string, string> found = [];
            for (var count = reader.ReadInt32(); count > 0; count--)
                found[reader.ReadString()] = reader.ReadString();
            var other = _facts.Where(f => found.GetValueOrDefault(f.Name) != f.Value).ToArray();
            if (other.Length > 0 && isOver)
                return false;
            if (other.Length > 0)
            {
                throw new JobException($"{_path}: this is the state of another training, which is not over. It differs in "
                    + $"{string.Join(", ", other.Select(f => f.Name is "pictures" or "network" ? $"the {f.Name}"
                        : $"{f.Name} ({found.GetValueOrDefault(f.Name)}, not {f.Value})"))}. Name another folder, or delete the "
                    + "file.");
            }

            restore(stream);
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or IOException or FormatException
            or UnauthorizedAccessException)
        {
            throw new JobException($"{_path}: the state of the training cannot be read: {error.Message}. Delete the file to "
                + "begin anew.");
        }
    }

    /// <summary>Writes the state if it is time to.</summary>
    public void WriteIfDue(TrainingRun run)
    {
        if (_sinceWritten.Elapsed >= _interval)
            Write(run);
    }

    /// <summary>Writes the state.</summary>
    /// <exception cref="JobException">It cannot be written.</exception>
    public void Write(TrainingRun run)
    {
        try
        {
            using ReplacedFile file = new(_path);
            using (BinaryWriter writer = new(file.Stream, Encoding.UTF8, leaveOpen: true))
            {
                writer.Write(Form);
                writer.Write(run.IsOver);
                writer.Write(_facts.Count);
                foreach ((var name, var value) in _facts)
                {
                    writer.Write(name);
                    writer.Write(value);
                }
            }

            run.Save(file.Stream);
            file.Complete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"{_path}: the state of the training cannot be written: {error.Message}");
        }

        _sinceWritten.Restart();
    }

    /// <summary>All that a training depends on; what a teacher says is in the fingerprint of the pictures.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(FineTuningOptions options) =>
        from property in typeof(FineTuningOptions).GetProperties()
        where property.CanWrite && property.Name is not (nameof(FineTuningOptions.Checkpoints)
            or nameof(FineTuningOptions.CheckpointMinutes) or nameof(FineTuningOptions.KeptMegabytes)
            or nameof(FineTuningOptions.StepEnded) or nameof(FineTuningOptions.EpochEnded) or nameof(FineTuningOptions.Teacher))
        select (property.Name, string.Create(CultureInfo.InvariantCulture, $"{property.GetValue(options)}"));
}
