using System.Net.Sockets;
using System.Text;

namespace MlPipeline.ScoringService.Tests;

/// <summary>A connection on which anything can be sent, right or wrong.</summary>
internal sealed class RawRequest : IDisposable
{
    private readonly TcpClient _connection;
    private readonly NetworkStream _stream;

    public RawRequest(Uri address)
    {
        _connection = new TcpClient(address.Host, address.Port);
        _stream = _connection.GetStream();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // It may have answered and closed already.
        }
    }

    /// <summary>No more comes from here.</summary>
    public void EndSending()
    {
        try
        {
            _connection.Client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It may have closed already.
        }
    }

    /// <summary>The status of the answer; 0 when the connection was closed without one.</summary>
    public async Task<int> StatusAsync(int seconds = 20)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            using var reader = new StreamReader(_stream, Encoding.Latin1, leaveOpen: true);
            var line = await reader.ReadLineAsync(patience.Token);
            return line?.Split(' ') is ["HTTP/1.1", var status, ..] ? int.Parse(status) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public void Dispose() => _connection.Dispose();
}
