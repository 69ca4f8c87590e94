using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace MlPipeline.Trainers.Jobs.Batch;

/// <summary>
/// Predictions as a Parquet file, with the columns that <see cref="PredictionWriter"/> gives to CSV. Where a row group ends
/// follows from the number of columns alone, so the same rows give the same bytes however they were put together.
/// </summary>
internal static class ParquetPredictions
{
    private const int MostValues = 1 << 22;
    private const int MostRows = 1 << 16;

    /// <summary>Makes a Parquet file of rows that were written as JSON lines.</summary>
    public static void FromJsonLines(string rows, string target, IReadOnlyList<string> classes, bool hasActual,
        IJobStage stage, CancellationToken cancellation)
    {
        DataField[] fields =
        [
            new DataField<string>("path", false), new DataField<string>("label", true), new DataField<float?>("score"),
            new DataField<bool?>("abstained"), new DataField<string>("error", true),
            .. hasActual ? [new DataField<string>("actual", true)] : (DataField[])[],
            .. classes.Select(c => new DataField<float?>(PredictionWriter.ScoreColumn(c))),
        ];
        var plain = fields.Length - classes.Count;
        Run(async () =>
        {
            await using var groups = await Groups.CreateAsync(target, fields).ConfigureAwait(false);
            var done = 0L;
            foreach (var line in File.ReadLines(rows))
            {
                cancellation.ThrowIfCancellationRequested();
                using var document = JsonDocument.Parse(line);
                var row = document.RootElement;
                for (var f = 0; f < plain; f++)
                    groups.Add(f, row.TryGetProperty(fields[f].Name, out var value) ? value : null);
                var hasScores = row.TryGetProperty("scores", out var scores);
                for (var c = 0; c < classes.Count; c++)
                    groups.Add(plain + c, hasScores ? scores.GetProperty(classes[c]) : null);
                await groups.EndRowAsync().ConfigureAwait(false);
                stage.Report(++done);
            }
        });
    }

    /// <summary>Makes one Parquet file of several with the same columns, and says how many rows it has.</summary>
    /// <exception cref="JobException">Their columns differ.</exception>
    public static long Join(IReadOnlyList<string> parts, string target, IJobStage stage, CancellationToken cancellation)
    {
        var (rows, joined) = (0L, 0);
        Run(async () =>
        {
            Groups? groups = null;
            try
            {
                foreach (var part in parts)
                {
                    await using var reader = await ParquetReader.CreateAsync(part, cancellationToken: cancellation)
                        .ConfigureAwait(false);
                    var fields = reader.Schema.DataFields;
                    groups ??= await Groups.CreateAsync(target, fields).ConfigureAwait(false);
                    if (!groups.HasFields(fields))
                        throw new JobException($"{part}: its columns are others than those of {parts[0]}.");
                    for (var g = 0; g < reader.RowGroupCount; g++)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        using var group = reader.OpenRowGroupReader(g);
                        rows += group.RowCount;
                        await groups.AddAsync(group, fields).ConfigureAwait(false);
                    }

                    stage.Report(++joined);
                }
            }
            finally
            {
                if (groups is not null)
                    await groups.DisposeAsync().ConfigureAwait(false);
            }
        });
        return rows;
    }

    // The library has only asynchronous calls; jobs run on a thread of their own.
    private static void Run(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    /// <summary>The row group that is being filled, and the file.</summary>
    private sealed class Groups : IAsyncDisposable
    {
        private readonly FileStream _stream;
        private readonly ParquetWriter _writer;
        private readonly DataField[] _fields;
        private readonly Array[] _columns;
        private readonly int _size;
        private int _count;
        private bool _disposed;

        private Groups(FileStream stream, ParquetWriter writer, DataField[] fields)
        {
            (_stream, _writer, _fields) = (stream, writer, fields);
            _size = Math.Clamp(MostValues / fields.Length, 1, MostRows);
            _columns = [.. fields.Select(f => (Array)(f.ClrType == typeof(float) ? new float?[_size]
                : f.ClrType == typeof(bool) ? new bool?[_size] : new string?[_size]))];
        }

        public static async Task<Groups> CreateAsync(string target, DataField[] fields)
        {
            var stream = new FileStream(target, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);
            var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false);
            return new Groups(stream, writer, fields);
        }

        public bool HasFields(DataField[] fields) =>
            fields.Select(f => (f.Name, f.ClrType)).SequenceEqual(_fields.Select(f => (f.Name, f.ClrType)));

        public void Add(int field, JsonElement? value)
        {
            switch (_columns[field])
            {
                case float?[] numbers:
                    numbers[_count] = value is not { } number ? null
                        : number.ValueKind == JsonValueKind.Number ? number.GetSingle()
                        : float.Parse(number.GetString()!, CultureInfo.InvariantCulture);
                    break;
                case bool?[] flags: flags[_count] = value?.GetBoolean(); break;
                case string?[] texts: texts[_count] = value?.GetString(); break;
            }
        }

        public async Task EndRowAsync()
        {
            if (++_count == _size)
                await FlushAsync().ConfigureAwait(false);
        }

        public async Task AddAsync(ParquetRowGroupReader group, DataField[] fields)
        {
            var rows = (int)group.RowCount;
            var columns = new Array[fields.Length];
            for (var f = 0; f < fields.Length; f++)
            {
                switch (_columns[f])
                {
                    case float?[]: columns[f] = await NumbersAsync<float>(group, fields[f], rows).ConfigureAwait(false); break;
                    case bool?[]: columns[f] = await NumbersAsync<bool>(group, fields[f], rows).ConfigureAwait(false); break;
                    default:
                        var texts = new string?[rows];
                        await group.ReadAsync(fields[f], texts.AsMemory()).ConfigureAwait(false);
                        columns[f] = texts;
                        break;
                }
            }

            for (var done = 0; done < rows;)
            {
                var taken = Math.Min(rows - done, _size - _count);
                for (var f = 0; f < fields.Length; f++)
                    Array.Copy(columns[f], done, _columns[f], _count, taken);
                (done, _count) = (done + taken, _count + taken);
                if (_count == _size)
                    await FlushAsync().ConfigureAwait(false);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_disposed)
                return;
            _disposed = true;
            if (_count > 0)
                await FlushAsync().ConfigureAwait(false);
            await _writer.DisposeAsync().ConfigureAwait(false);
            if (_stream.CanWrite)
                _stream.Flush(flushToDisk: true);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        private static async Task<T?[]> NumbersAsync<T>(ParquetRowGroupReader group, DataField field, int rows)
            where T : struct
        {
            var values = new T?[rows];
            await group.ReadAsync(field, values.AsMemory()).ConfigureAwait(false);
            return values;
        }

        private async Task FlushAsync()
        {
            using (var group = _writer.CreateRowGroup())
            {
                for (var f = 0; f < _fields.Length; f++)
                {
                    await (_columns[f] switch
                    {
                        float?[] numbers => group.WriteAsync<float>(_fields[f], numbers.AsMemory(0, _count)),
                        bool?[] flags => group.WriteAsync<bool>(_fields[f], flags.AsMemory(0, _count)),
                        var texts => group.WriteAsync(_fields[f], new ArraySegment<string>((string[])texts, 0, _count)),
                    }).ConfigureAwait(false);
                }
            }

            _count = 0;
        }
    }
}
