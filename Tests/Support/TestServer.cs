using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MlPipeline.Tests.Support;

/// <summary>A web server that answers as a test says, byte by byte, also wrongly. A connection ends with its answer.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Request, Stream, Task> _answer;

    public TestServer(Func<Request, Stream, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = Task.Run(ListenAsync);
    }

    public string Address { get; }

    /// <summary>In the order in which they came.</summary>
    public ConcurrentQueue<Request> Requests { get; } = [];

    /// <summary>A server of one file, under any path, that knows ranges, If-Range and If-None-Match.</summary>
    /// <param name="content">The file.</param>
    /// <param name="fault">Runs first, with the number of the request from 0; true when it answered.</param>
    /// <param name="tag">The file's ETag.</param>
    public static TestServer Of(byte[] content, Func<int, Request, Stream, Task<bool>>? fault = null, string tag = "\"1\"")
    {
        var number = -1;
        return new TestServer(async (request, stream) =>
        {
            if (fault is null || !await fault(Interlocked.Increment(ref number), request, stream))
                await SendAsync(request, stream, content, tag);
        });
    }

    /// <summary>Sends a file, or the part of it that is asked for.</summary>
    public static async Task SendAsync(Request request, Stream stream, byte[] content, string tag, int atMost = int.MaxValue)
    {
        if (request.Headers.GetValueOrDefault("if-none-match") == tag)
        {
            await HeadAsync(stream, 304, $"ETag: {tag}");
            return;
        }

        var from = request.RangeStart is { } start && request.Headers.GetValueOrDefault("if-range") is var known
            && (known is null || known == tag) ? start : 0;
        if (from > 0)
        {
            await HeadAsync(stream, 206, $"ETag: {tag}", $"Content-Length: {content.Length - from}",
                $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}");
        }
        else
        {
            await HeadAsync(stream, 200, $"ETag: {tag}", $"Content-Length: {content.Length}");
        }

        await stream.WriteAsync(content.AsMemory(from, Math.Min(atMost, content.Length - from)));
    }

    public static async Task HeadAsync(Stream stream, int status, params string[] headers) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} Status\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n"));

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
                _ = TalkAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    await _answer(request, stream);
                }
            }
            catch (IOException)
            {
                // The other side went away.
            }
        }
    }

    private static async Task<Request?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(buffer) is not (> 0 and var read))
                return null;
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return new Request(lines[0].Split(' ')[1], lines.Skip(1).Select(l => l.Split(": ", 2))
            .ToDictionary(l => l[0].ToLowerInvariant(), l => l[1]));
    }

    internal sealed record Request(string Path, Dictionary<string, string> Headers)
    {
        public int? RangeStart => Headers.GetValueOrDefault("range") is { } range ? int.Parse(range["bytes=".Length..^1]) : null;
    }
}
