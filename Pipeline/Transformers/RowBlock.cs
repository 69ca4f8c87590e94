using System.Runtime.ExceptionServices;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>Some rows, read ahead and prepared: the unit in which a batched cursor works. Reused, so memory is bounded.</summary>
internal sealed class RowBlock
{
    private readonly int _inputLength;

    public RowBlock(DataViewRow source, IReadOnlyList<DataViewSchema.Column> columns, RowInput input,
        int capacity, int inputLength)
    {
        Capacity = capacity;
        Input = input;
        Columns = [.. columns.Select(c => ColumnBuffer.Create(source, c, capacity))];
        Ids = new DataViewRowId[capacity];
        Positions = new long[capacity];
        Slots = new int[capacity];
        Failures = new Exception?[capacity];
        Pixels = new float[capacity * inputLength];
        _inputLength = inputLength;
    }

    public int Capacity { get; }

    public RowInput Input { get; }

    public ColumnBuffer[] Columns { get; }

    public DataViewRowId[] Ids { get; }

    public long[] Positions { get; }

    /// <summary>What went wrong with each slot's picture.</summary>
    public Exception?[] Failures { get; }

    /// <summary>The network's input: the i-th good row's numbers at i * length.</summary>
    public float[] Pixels { get; }

    /// <summary>The slots of the good rows, in order.</summary>
    public int[] Slots { get; }

    /// <summary>How many good rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>Thrown after the good rows have been handed out.</summary>
    public ExceptionDispatchInfo? Fault { get; set; }

    /// <summary>The network's values for the good rows.</summary>
    public IReadOnlyDictionary<string, Tensor>? Values { get; set; }

    public Span<float> PixelsOf(int slot) => Pixels.AsSpan(slot * _inputLength, _inputLength);

    public void Clear()
    {
        Count = 0;
        Fault = null;
        Values = null;
        Array.Clear(Failures);
    }

    /// <summary>Adds the row of a slot behind the good ones; its numbers close the gap that skipped rows left.</summary>
    public void Accept(int slot)
    {
        if (slot != Count && _inputLength > 0)
            PixelsOf(slot).CopyTo(PixelsOf(Count));
        Slots[Count++] = slot;
    }

    /// <summary>An array of exactly the good rows' numbers.</summary>
    public float[] ExactPixels() => Count == Capacity ? Pixels : Pixels.AsSpan(0, Count * _inputLength).ToArray();
}
