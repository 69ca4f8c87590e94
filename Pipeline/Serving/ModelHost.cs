using System.Security.Cryptography;
using MlPipeline.Pipeline.Serving;

namespace MlPipeline;

/// <summary>
/// A model that can be replaced while it is in use. A newer file is copied, loaded, warmed up and compared aside; then it is
/// swapped in at once, and the older model is disposed when its last <see cref="Lease"/> ends. A newer file that is bad leaves
/// the older model in place, and <see cref="Status"/> says why. May be used from any number of threads at once.
/// </summary>
/// <typeparam name="T">The model, such as <see cref="ImageClassificationModel"/>.</typeparam>
public sealed class ModelHost<T> : IDisposable
    where T : class, IDisposable
{
    private readonly IModelSource _source;
    private readonly Func<string, T> _load;
    private readonly ModelHostOptions<T> _options;
    private readonly SemaphoreSlim _reloading = new(1);
    private readonly CancellationTokenSource _end = new();
    private HostedModel<T>? _current;
    private ModelHostStatus _status;
    private string? _folder;

    // Of the file that was looked at last, and why that one does not serve.
    private string? _stamp;
    private string? _refusal;

    /// <summary>Loads the model, and looks for newer ones from then on.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="source">Where its file comes from.</param>
    /// <param name="load">Loads a file, which is a copy and is deleted when this returns; what it throws refuses the
    /// file.</param>
    /// <param name="options">Warm-up, comparison and intervals.</param>
    /// <exception cref="ModelFileException">The file cannot be had or loaded, or failed its warm-up.</exception>
    /// <exception cref="ArgumentException">The interval is not more than 0.</exception>
    public ModelHost(string name, IModelSource source, Func<string, T> load, ModelHostOptions<T>? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(load);
        (Name, _source, _load, _options) = (name, source, load, options ?? new ModelHostOptions<T>());

        var interval = _options.PollInterval ?? _source.PollInterval;
        if (interval <= TimeSpan.Zero)
            throw new ArgumentException($"'{name}': a model cannot be looked for every {interval}; give a time of more than 0.");
        try
        {
            // Off the caller's thread, which may have a context that what is awaited would come back to.
            var first = Task.Run(() => LoadAsync(null, null, null, false, CancellationToken.None)).GetAwaiter().GetResult()!;
            _current = first;
            _status = new ModelHostStatus { Version = first.Version, LoadedAt = first.LoadedAt, CheckedAt = first.LoadedAt };
        }
        catch
        {
            DeleteFolder();
            throw;
        }

        if (_options.WatchForChanges)
            _ = Task.Run(() => WatchAsync(interval));
    }

    /// <summary>After a model was replaced, and after one was refused (for a reason that was not told yet). Comes on the thread
    /// that reloads.</summary>
    public event EventHandler<ModelReload>? Reloaded;

    /// <summary>The model's name.</summary>
    public string Name { get; }

    /// <summary>What is served, and how the looks for newer models went.</summary>
    public ModelHostStatus Status => Volatile.Read(ref _status);

    /// <summary>The model that is served now, kept alive until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The host was disposed.</exception>
    public ModelLease<T> Lease()
    {
        while (true)
        {
            var current = Volatile.Read(ref _current);
            ObjectDisposedException.ThrowIf(current is null, this);

            // It fails when the model was replaced, and let go by all, since the line above: then there is a newer one.
            if (current.TryAcquire())
                return new ModelLease<T>(current);
        }
    }

    /// <summary>Looks for a newer model now, by its content, and waits until it serves or is refused.</summary>
    /// <param name="force">Whether the file is loaded again though it is the one that is served.</param>
    /// <param name="cancellation">Ends the wait, and the reload where it has not come to loading yet.</param>
    /// <exception cref="ObjectDisposedException">The host was disposed.</exception>
    public Task<ModelReload> ReloadAsync(bool force = false, CancellationToken cancellation = default) =>
        ReloadAsync(null, force, cancellation);

    /// <summary>Stops looking for newer models and lets go of the served one, which is disposed when its last lease
    /// ends.</summary>
    public void Dispose()
    {
        _end.Cancel();
        Interlocked.Exchange(ref _current, null)?.Release();
        DeleteFolder();
    }

    private async Task WatchAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _options.TimeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
                await ReloadAsync(Volatile.Read(ref _stamp), false, _end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The host was disposed.
        }
    }

    private async Task<ModelReload> ReloadAsync(string? stamp, bool force, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _end.Token);
        ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
        await _reloading.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            var start = _options.TimeProvider.GetTimestamp();
            var (before, error) = (Status, (string?)null);
            HostedModel<T>? newer = null;
            try
            {
                using var served = Lease();
                newer = await LoadAsync(served.Model, served.Version, stamp, force, either.Token).ConfigureAwait(false);
            }
            catch (ModelFileException e)
            {
                error = e.Message;
            }

            if (newer is not null && !TrySwap(newer))
                ObjectDisposedException.ThrowIf(true, this);
            var reload = new ModelReload(
                newer is not null ? ReloadOutcome.Replaced : error is not null ? ReloadOutcome.Refused : ReloadOutcome.Unchanged,
                newer?.Version ?? before.Version, error, _options.TimeProvider.GetElapsedTime(start));
            Volatile.Write(ref _status, before with
            {
                Version = reload.Version,
                LoadedAt = newer?.LoadedAt ?? before.LoadedAt,
                CheckedAt = _options.TimeProvider.GetUtcNow(),
                LastError = error ?? _refusal,
                Reloads = before.Reloads + (newer is null ? 0 : 1),
            });
            if (newer is not null || (error is not null && error != before.LastError))
                Tell(reload);
            return reload;
        }
        finally
        {
            _reloading.Release();
        }
    }

    // False when the host was disposed meanwhile: then it serves nothing any more.
    private bool TrySwap(HostedModel<T> newer)
    {
        var older = Volatile.Read(ref _current);
        var isServed = older is not null && Interlocked.CompareExchange(ref _current, newer, older) == older;
        (isServed ? older! : newer).Release();
        return isServed;
    }

    // Null when the file is the one that is served.
    private async Task<HostedModel<T>?> LoadAsync(T? served, string? version, string? stamp, bool force,
        CancellationToken cancellation)
    {
        // It may be gone: temporary folders are cleaned up where programs run for weeks.
        if (!Directory.Exists(_folder))
            _folder = Directory.CreateTempSubdirectory("mlpipeline-").FullName;
        var copy = Path.Combine(_folder, "model.zip");
        var hashing = Task.FromResult("");
        try
        {
            if (await _source.CopyAsync(copy, stamp, cancellation).ConfigureAwait(false) is not { } found)
                return null;
            (_stamp, _refusal) = (found, null);

            // A file that is loaded in any case is hashed meanwhile.
            hashing = Task.Run(() => HashOfAsync(copy, cancellation), cancellation);
            if (version is not null && !force && await hashing.ConfigureAwait(false) == version)
                return null;
            var model = Load(copy, served);
            try
            {
                return new HostedModel<T>(model, await hashing.ConfigureAwait(false), _options.TimeProvider.GetUtcNow());
            }
            catch
            {
                model.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is not ModelFileException && !cancellation.IsCancellationRequested)
        {
            // Sources are also other people's classes: whatever one throws, the served model goes on and the reason is told.
            throw new ModelFileException(_source.Location, e.Message, e);
        }
        finally
        {
            await ((Task)hashing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            File.Delete(copy);
        }
    }

    private T Load(string copy, T? served)
    {
        T? model = null;
        var work = "it cannot be loaded";
        try
        {
            model = _load(copy);
            work = "the model failed its warm-up";
            _options.WarmUp?.Invoke(model);
            work = "the model failed the comparison with the one that is served";
            if (served is not null)
                _options.Compare?.Invoke(served, model);
            return model;
        }
        catch (Exception e)
        {
            // Whatever a loader, a warm-up or a comparison throws: the served model goes on, and the reason is told.
            model?.Dispose();
            var problem = e.Message.StartsWith(copy + ": ", StringComparison.Ordinal) ? e.Message[(copy.Length + 2)..]
                : $"{work}: {e.Message.Replace(copy, _source.Location, StringComparison.Ordinal)}";
            var fault = new ModelFileException(_source.Location, problem, e);
            _refusal = fault.Message;
            throw fault;
        }
    }

    private static async Task<string> HashOfAsync(string path, CancellationToken cancellation)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: false);
        await using (stream.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
    }

    // A listener that fails must not end the looks for newer models.
    private void Tell(ModelReload reload)
    {
        try
        {
            Reloaded?.Invoke(this, reload);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _status, Status with { LastError = $"{Name}: who listens for reloads failed: {e.Message}" });
        }
    }

    private void DeleteFolder()
    {
        try
        {
            if (Directory.Exists(_folder))
                Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A model is being loaded from it: what is left is one temporary file.
        }
    }
}
