using System.Diagnostics;
using System.Numerics;
using Microsoft.AspNetCore.Http;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.ScoringService;

/// <summary>
/// One served model: pictures are decoded on the pool's threads, and one thread runs the network. When that thread is idle it
/// takes what is there at once; while it is busy, pictures gather up to the size of a batch. So nobody waits for a batch to fill,
/// and the wait is bounded by the batches before.
/// </summary>
/// <remarks>Decoding and the network take turns: a network whose threads wait for each other at every layer loses far more by a
/// thread that decodes on one of its cores than the decoding takes.</remarks>
internal sealed class ModelScorer : IDisposable
{
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(30);

    /// <summary>When no picture became ready for so long, those that are do not wait for those that are being decoded.</summary>
    private static readonly TimeSpan s_slowDecoding = TimeSpan.FromMilliseconds(20);

    /// <summary>How long after its start the service is left alone: it has to be ready soon.</summary>
    private static readonly TimeSpan s_startUp = TimeSpan.FromSeconds(1);

    private readonly ServiceOptions _options;
    private readonly ServiceMetrics _metrics;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly HashSet<int> _coldSizes;
    private readonly SemaphoreSlim _decoders;
    private readonly SemaphoreSlim _explainers = new(1);
    private readonly List<PictureWork> _ready = [];
    private readonly object _gate = new();
    private readonly Thread _worker;
    private TaskCompletionSource _networkIsIdle = Idle();
    private int _taken;
    private int _decoding;
    private bool _closed;
    private double _secondsPerPicture = 0.02;

    /// <param name="file">The model.</param>
    /// <param name="options">Limits.</param>
    /// <param name="decoders">Who may decode; shared by all models.</param>
    /// <param name="metrics">Told what happens.</param>
    /// <exception cref="ModelFileException">The model cannot be loaded.</exception>
    public ModelScorer(ServedFile file, ServiceOptions options, SemaphoreSlim decoders, ServiceMetrics metrics)
    {
        (Name, _options, _decoders, _metrics) = (file.Name, options, decoders, metrics);
        var isFirst = true;
        var (source, interval) = file.Address is { } address ? (ModelSource.FromUri(address), options.Poll)
            : (ModelSource.FromFile(file.Location), options.Watch);
        Host = new ModelHost<ServedModel>(file.Name, source, path => ServedModel.Load(path, options),
            new ModelHostOptions<ServedModel>
            {
                // The first model has to be ready soon; a newer one is made ready while the older one serves.
                WarmUp = model => model.WarmUp(isFirst ? [1] : BatchSizes),
                Compare = (served, newer) => file.Samples?.Compare(served, newer, options.SampleLoss),
                WatchForChanges = interval is not null,
                PollInterval = interval,
            });
        isFirst = false;
        _coldSizes = [.. BatchSizes.Skip(1)];
        _worker = new Thread(Work) { IsBackground = true, Name = $"Scorer of {file.Name}" };
        _worker.Start();
    }

    public string Name { get; }

    public ModelHost<ServedModel> Host { get; }

    /// <summary>Pictures that were taken and are not answered yet.</summary>
    public int Waiting => Volatile.Read(ref _taken);

    /// <summary>The sizes that batches have: networks keep a plan for each of a few.</summary>
    private IEnumerable<int> BatchSizes =>
        Enumerable.Range(0, BitOperations.Log2((uint)_options.BatchSize) + 1).Select(power => 1 << power);

    /// <summary>Scores pictures; one that cannot be used gives a prediction with an error.</summary>
    /// <exception cref="RequestException">So many wait already that these do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was not begun is dropped.</exception>
    public async Task<Scored[]> PredictAsync(IReadOnlyList<RequestPicture> pictures, CancellationToken cancellation)
    {
        Take(pictures.Count);
        return await Task.WhenAll(pictures.Select(p => PredictAsync(p, cancellation))).ConfigureAwait(false);
    }

    /// <summary>Explains one picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="explain">Makes the answer, on a thread of the pool.</param>
    /// <param name="cancellation">Drops what was not begun.</param>
    /// <exception cref="RequestException">So many wait already that this one does not fit.</exception>
    public async Task<T> ExplainAsync<T>(RequestPicture picture, Func<ModelLease<ServedModel>, Picture, T> explain,
        CancellationToken cancellation)
    {
        Take(1);
        try
        {
            await _explainers.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await Task.Run(() =>
                {
                    var start = Stopwatch.GetTimestamp();
                    using var lease = Host.Lease();
                    var answer = explain(lease, PictureOf(picture));
                    _metrics.Stage(Name, "explain", Stopwatch.GetElapsedTime(start));
                    return answer;
                }, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _explainers.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }

    /// <summary>Ends when all that was taken is answered.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        _worker.Join();
        Host.Dispose();
        _explainers.Dispose();
    }

    private static Picture PictureOf(RequestPicture picture) =>
        picture.Bytes.Length > 0 ? Picture.FromBytes(picture.Bytes, picture.Name)
            : throw new BadImageException(picture.Name ?? "", -1, new InvalidDataException("the picture is empty"));

    private void Take(int count)
    {
        var taken = Interlocked.Add(ref _taken, count);
        if (taken <= _options.Queue)
            return;
        Interlocked.Add(ref _taken, -count);
        if (count > _options.Queue)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge,
                $"there are more pictures than may wait at once ({_options.Queue}): send several requests");
        }

        var wait = TimeSpan.FromSeconds(Math.Ceiling(taken * _secondsPerPicture));
        throw new RequestException(StatusCodes.Status429TooManyRequests,
            $"{taken - count} pictures wait for '{Name}' already, and no more than {_options.Queue} may: try again later")
        {
            RetryAfter = wait < s_longestRetry ? wait : s_longestRetry,
        };
    }

    private async Task<Scored> PredictAsync(RequestPicture picture, CancellationToken cancellation)
    {
        PictureWork? work = null;
        var decode = TimeSpan.Zero;
        lock (_gate)
            _decoding++;
        try
        {
            await EnterDecodersAsync(cancellation).ConfigureAwait(false);
            try
            {
                work = await Task.Run(() =>
                {
                    var start = Stopwatch.GetTimestamp();
                    var prepared = Prepare(picture, cancellation);
                    decode = Stopwatch.GetElapsedTime(start);
                    _metrics.Stage(Name, "decode", decode);
                    return prepared;
                }, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _decoders.Release();
            }
        }
        catch (Exception e)
        {
            Interlocked.Decrement(ref _taken);
            if (e is not BadImageException bad)
                throw;
            var kind = (bad.InnerException as ImageDecodeException)?.Kind;
            _metrics.BadImage(Name, kind?.ToString() ?? "Empty");
            var prediction = new ImagePrediction { Path = bad.Path, Error = bad.Reason };
            return new Scored(prediction, Host.Status.Version, default) { IsTooLarge = kind == ImageErrorKind.TooLarge };
        }
        finally
        {
            lock (_gate)
            {
                _decoding--;
                if (work is not null)
                    _ready.Add(work);
                Monitor.Pulse(_gate);
            }
        }

        var scored = await work.Done.WaitAsync(cancellation).ConfigureAwait(false);
        return scored with { Times = scored.Times with { Decode = decode } };
    }

    // The decoders are those of all models: none is held while this model's network is busy.
    private async Task EnterDecodersAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Volatile.Read(ref _networkIsIdle).Task.WaitAsync(cancellation).ConfigureAwait(false);
            await _decoders.WaitAsync(cancellation).ConfigureAwait(false);
            if (Volatile.Read(ref _networkIsIdle).Task.IsCompleted)
                return;
            _decoders.Release();
        }
    }

    private PictureWork Prepare(RequestPicture picture, CancellationToken cancellation)
    {
        var lease = Host.Lease();
        try
        {
            return new PictureWork(lease, lease.Model.Batches.Prepare(PictureOf(picture)), cancellation);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private void Work()
    {
        while (NextBatch() is { } batch)
        {
            try
            {
                if (batch.Count > 0)
                    Run(batch);
                else
                    WarmUpNext();
            }
            catch (Exception e)
            {
                // A fault of the program must not end the thread that all wait for: those of this batch are told.
                batch.ForEach(work => work.Fail(e));
            }
            finally
            {
                _networkIsIdle.SetResult();
                batch.ForEach(Leave);
            }
        }
    }

    // Of the first model only single pictures were ready when it began to serve.
    private void WarmUpNext()
    {
        var size = _coldSizes.Min();
        _coldSizes.Remove(size);
        using var lease = Host.Lease();
        lease.Model.WarmUp([size]);
    }

    private void Run(List<PictureWork> batch)
    {
        _coldSizes.Remove(batch.Count);
        var begun = Stopwatch.GetTimestamp();
        var model = batch[0].Model;
        var result = model.Batches.Predict([.. batch.Select(work => work.Picture)]);
        for (var i = 0; i < batch.Count; i++)
        {
            var queue = Stopwatch.GetElapsedTime(batch[i].ReadySince, begun);
            batch[i].Complete(new Scored(result.Predictions[i], batch[i].Version,
                new StageTimes(default, queue, result.NetworkTime, result.HeadTime)));
            _metrics.Stage(Name, "queue", queue);
            _metrics.Predicted(Name, result.Predictions[i]);
        }

        _metrics.Stage(Name, "network", result.NetworkTime);
        _metrics.Stage(Name, "head", result.HeadTime);
        _metrics.Batch(Name, batch.Count);
        if (model.Model.Trained.Card.TrainingFeatures is { } training
            && result.Features is [{ Length: var length }, ..] && length == training.Means.Count)
        {
            _metrics.Features(Name, batch[0].Version, training, result.Features);
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds / batch.Count;
        _secondsPerPicture += 0.1 * (seconds - _secondsPerPicture);
    }

    // What nobody waits for any more is dropped; a batch is of one model, and of a size that the network has a plan for. An empty
    // one where nothing is to be done and plans are still to be made.
    private List<PictureWork>? NextBatch()
    {
        lock (_gate)
        {
            var progresses = true;
            while (true)
            {
                foreach (var dropped in _ready.FindAll(work => work.IsAbandoned))
                {
                    _ready.Remove(dropped);
                    Leave(dropped);
                }

                if (_ready.Count >= _options.BatchSize || (_ready.Count > 0 && (_decoding == 0 || !progresses)))
                    break;
                if (_closed && _ready.Count + _decoding == 0)
                    return null;
                var isIdle = _ready.Count + _decoding == 0 && _coldSizes.Count > 0;
                var untilWarmUp = s_startUp - Stopwatch.GetElapsedTime(_start);
                if (isIdle && untilWarmUp <= TimeSpan.Zero)
                    break;
                progresses = Monitor.Wait(_gate, _ready.Count > 0 ? s_slowDecoding : isIdle ? untilWarmUp
                    : Timeout.InfiniteTimeSpan);
            }

            Volatile.Write(ref _networkIsIdle, new(TaskCreationOptions.RunContinuationsAsynchronously));

            if (_ready.Count == 0)
                return [];
            var same = _ready.Take(_options.BatchSize).TakeWhile(work => work.Model == _ready[0].Model).Count();
            var size = 1 << BitOperations.Log2((uint)same);
            var batch = _ready.GetRange(0, size);
            _ready.RemoveRange(0, size);
            return batch;
        }
    }

    private static TaskCompletionSource Idle()
    {
        var idle = new TaskCompletionSource();
        idle.SetResult();
        return idle;
    }

    private void Leave(PictureWork work)
    {
        work.Dispose();
        Interlocked.Decrement(ref _taken);
    }
}
