using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Tests.Serving;
using MlPipeline.Pipeline.Transformers;

[assembly: SavedTransformer<CountedTransformer>("tests.counted")]

namespace MlPipeline.Pipeline.Tests.Serving;

/// <summary>Adds a number, the version, to X; counts those that are alive, and fails when it is used after it was
/// disposed.</summary>
internal sealed class CountedTransformer(int version) : RowTransformer, ISavedTransformer<CountedTransformer>, IDisposable
{
    private static int s_alive;
    private int _disposed;

    /// <summary>Those that were read from files and not disposed.</summary>
    public static int Alive => Volatile.Read(ref s_alive);

    public override string Kind => "tests.counted";

    public static CountedTransformer Read(ModelReader reader)
    {
        Interlocked.Increment(ref s_alive);
        return new CountedTransformer(reader.ReadJson<int>("version"));
    }

    public override void Write(ModelWriter writer) => writer.WriteJson("version", version);

    public void Dispose()
    {
        // ML.NET's chains may dispose their transformers more than once.
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Interlocked.Decrement(ref s_alive);
    }

    protected override RowMapping Bind(DataViewSchema inputSchema) => new Mapping(this, version, inputSchema);

    private sealed class Mapping(CountedTransformer owner, int version, DataViewSchema schema)
        : RowMapping(schema, [new("Answer", NumberDataViewType.Single, null)])
    {
        protected override IEnumerable<int> DependenciesOf(int addedColumn) => [InputSchema["X"].Index];

        protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            var x = input.GetGetter<float>(input.Schema["X"]);
            return [(ValueGetter<float>)((ref float value) =>
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref owner._disposed) > 0, owner);
                x(ref value);
                Thread.SpinWait(20);
                value += version;
                ObjectDisposedException.ThrowIf(Volatile.Read(ref owner._disposed) > 0, owner);
            })];
        }
    }
}
