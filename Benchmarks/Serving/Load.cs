using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using MlPipeline.Data.Splits;

namespace MlPipeline.Benchmarks.Serving;

/// <summary>Asks a service for predictions of files, one after another and round again. A bad answer ends it.</summary>
internal sealed class Load : IDisposable
{
    private readonly HttpClient _client;
    private readonly byte[][] _files;
    private int _next = -1;

    public Load(Uri service, byte[][] files)
    {
        _client = new HttpClient { BaseAddress = service };
        _files = files;
    }

    /// <summary>A number of callers, each of which asks again when it has its answer.</summary>
    public async Task<LoadResult> ClosedAsync(int callers, TimeSpan length, CancellationToken cancellation)
    {
        ConcurrentBag<double> times = [];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (clock.Elapsed < length)
            {
                var asked = clock.Elapsed;
                await AskAsync(cancellation);
                times.Add((clock.Elapsed - asked).TotalMilliseconds);
            }
        }));
        return new LoadResult([.. times.Order()], clock.Elapsed);
    }

    /// <summary>
    /// Callers that come at random (a Poisson process), whether or not others wait. A time counts from when the caller came.
    /// </summary>
    public async Task<LoadResult> OpenAsync(double rate, TimeSpan length, SeededRandom random, CancellationToken cancellation)
    {
        ConcurrentBag<double> times = [];
        List<Task> asked = [];
        var clock = Stopwatch.StartNew();
        for (var comes = TimeSpan.Zero; comes < length; comes += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate))
        {
            if (comes > clock.Elapsed)
                await Task.Delay(comes - clock.Elapsed, cancellation);
            asked.Add(OneAsync(comes));
        }

        await Task.WhenAll(asked);
        return new LoadResult([.. times.Order()], clock.Elapsed);

        async Task OneAsync(TimeSpan came)
        {
            await AskAsync(cancellation);
            times.Add((clock.Elapsed - came).TotalMilliseconds);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task AskAsync(CancellationToken cancellation)
    {
        var index = (uint)Interlocked.Increment(ref _next) % (uint)_files.Length;
        using var content = new ByteArrayContent(_files[index]);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var answer = await _client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, cancellation);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellation);
    }
}
