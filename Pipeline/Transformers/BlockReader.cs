using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MlPipeline.Pipeline.Transformers;

/// <summary>
/// Pulls rows from a cursor on a thread of its own, a few blocks ahead of their use, and prepares their pictures on several
/// threads. The cursor and its getters are touched by that one thread only.
/// </summary>
internal sealed class BlockReader : IDisposable
{
    private const int BlockCount = 3;

    private readonly DataViewRowCursor _source;
    private readonly BackboneTransformer _owner;
    private readonly bool _needsPixels;
    private readonly BlockingCollection<RowBlock> _free = new(BlockCount);
    private readonly BlockingCollection<RowBlock> _ready = new(BlockCount);
    private readonly CancellationTokenSource _stop = new();
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly HelperThreads _helpers;
    private Thread? _producer;
    private bool _disposed;
    private ExceptionDispatchInfo? _failure;

    public BlockReader(DataViewRowCursor source, BackboneTransformer owner, IReadOnlyList<DataViewSchema.Column> columns,
        DataViewSchema.Column input, bool needsPixels)
    {
        _source = source;
        _owner = owner;
        _needsPixels = needsPixels;
        _id = source.GetIdGetter();
        _helpers = new HelperThreads(owner.Options.ThreadCount - 1);
        var length = owner.InputLength;
        var capacity = Math.Max(1, owner.Network.BatchSize / owner.Views.Count);
        for (var i = 0; i < BlockCount; i++)
        {
            var rowInput = RowInput.Create(source, input, capacity, owner);
            _free.Add(new RowBlock(source, columns, rowInput, capacity, needsPixels ? length : 0));
        }
    }

    /// <summary>Begins to read, if that has not been done; returns at once.</summary>
    public void Begin()
    {
        if (_producer is null)
        {
            _producer = new Thread(Produce) { IsBackground = true, Name = "Picture reader" };
            _producer.Start();
        }
    }

    /// <summary>The next block; null at the end. Blocks come in the order of the rows.</summary>
    public RowBlock? Take()
    {
        Begin();
        if (_ready.TryTake(out var block, Timeout.Infinite))
            return block;
        _failure?.Throw();
        return null;
    }

    /// <summary>Gives a block back after its rows have been used.</summary>
    public void Return(RowBlock block) => _free.Add(block);

    public void Dispose()
    {
        // ML.NET disposes cursors more than once.
        if (_disposed)
            return;
        _disposed = true;
        _stop.Cancel();
        _producer?.Join();
        _helpers.Dispose();
        _source.Dispose();
        _free.Dispose();
        _ready.Dispose();
        _stop.Dispose();
    }

    private void Produce()
    {
        try
        {
            var more = true;
            while (more)
            {
                var block = _free.Take(_stop.Token);
                block.Clear();
                more = Fill(block);
                _ready.Add(block, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The cursor was disposed early.
        }
        catch (Exception e)
        {
            // Nothing is lost on this thread: the consumer throws it.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }

    /// <summary>Reads and prepares one block; false when it is the last.</summary>
    private bool Fill(RowBlock block)
    {
        var read = 0;
        var more = true;
        ExceptionDispatchInfo? sourceFault = null;
        try
        {
            while (read < block.Capacity && !_stop.IsCancellationRequested && (more = _source.MoveNext()))
            {
                ReadRow(block, read);
                read++;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            sourceFault = ExceptionDispatchInfo.Capture(e);
        }

        _helpers.ForEach(read, slot => block.Failures[slot] = _stop.IsCancellationRequested ? null : Prepare(block, slot));
        _stop.Token.ThrowIfCancellationRequested();
        for (var slot = 0; slot < read; slot++)
        {
            if (!Settle(block, slot))
                return false;
        }

        block.Fault = sourceFault;
        return more && sourceFault is null;
    }

    private void ReadRow(RowBlock block, int slot)
    {
        _id(ref block.Ids[slot]);
        block.Positions[slot] = _source.Position;
        block.Input.Read(slot);
        foreach (var column in block.Columns)
            column.Read(slot);
    }

    private Exception? Prepare(RowBlock block, int slot)
    {
        try
        {
            if (_needsPixels)
                block.Input.Prepare(slot, block.PixelsOf(slot));
            else if (!_owner.Skipped.TryGet(block.Input.PathOf(slot), out var skipped))
                block.Input.Check(slot);
            else if (skipped is not null)
                return new BadImageException(skipped.Path, block.Positions[slot], new IOException(skipped.Reason));
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e;
        }
    }

    /// <summary>Takes a good row in, skips a bad one, or ends the pass there; false when it ends.</summary>
    private bool Settle(RowBlock block, int slot)
    {
        var failure = block.Failures[slot];
        if (failure is null)
        {
            if (_owner.Options.BadImages == BadImagePolicy.Skip)
                _owner.Skipped.Accept(block.Input.PathOf(slot));
            block.Accept(slot);
            return true;
        }

        var name = block.Input.NameOf(slot);
        if (!BadImageException.IsBadImage(failure))
        {
            block.Fault = ExceptionDispatchInfo.Capture(failure);
            return false;
        }

        if (_owner.Options.BadImages == BadImagePolicy.Skip)
        {
            _owner.Skipped.Skip(name, BadImageException.ReasonOf(failure));
            return true;
        }

        block.Fault = ExceptionDispatchInfo.Capture(new BadImageException(name, block.Positions[slot], failure));
        return false;
    }
}
