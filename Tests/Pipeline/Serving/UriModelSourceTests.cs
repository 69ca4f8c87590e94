using System.Text;
using MlPipeline.Tests.Support;

namespace MlPipeline.Pipeline.Tests.Serving;

public class UriModelSourceTests
{
    [Fact]
    public async Task A_server_is_asked_for_changes_and_may_be_down()
    {
        var number = 1;
        var isDown = false;
        using var server = new TestServer(async (request, stream) =>
        {
            if (isDown)
            {
                await TestServer.HeadAsync(stream, 500, "Content-Length: 0");
            }
            else
            {
                var content = Encoding.ASCII.GetBytes(TextModel.Content(number));
                await TestServer.SendAsync(request, stream, content, $"\"{number}|x\"");
            }
        });
        using var host = new ModelHost<TextModel>("text", ModelSource.FromUri(new Uri(server.Address + "/model.zip?key=secret"),
            TimeSpan.FromMilliseconds(30)), TextModel.Load);
        await Eventually(() => server.Requests.Count > 3);
        Assert.All(server.Requests.Skip(1), r => Assert.Equal("\"1|x\"", r.Headers["if-none-match"]));
        Assert.Equal(0, host.Status.Reloads);

        isDown = true;
        await Eventually(() => host.Status.LastError is not null);
        Assert.Equal($"{server.Address}/model.zip: the server answered 500 (Status)", host.Status.LastError);
        using (var lease = host.Lease())
            Assert.Equal(1, lease.Model.Use());

        (number, isDown) = (2, false);
        await Eventually(() => host.Status.Reloads == 1);
        Assert.Null(host.Status.LastError);
        using (var lease = host.Lease())
            Assert.Equal(2, lease.Model.Use());
    }

    [Theory]
    [InlineData("stall", "it sent nothing for 0.2 seconds")]
    [InlineData("large", "it sends more than the 1,000 bytes that the file may have")]
    [InlineData("other", "the SHA-256 of what the server sent is ")]
    [InlineData("broken", "it ended its answer too early")]
    public async Task What_a_server_does_wrong_is_said(string how, string problem)
    {
        using var server = new TestServer(async (request, stream) =>
        {
            if (how == "stall")
                await Task.Delay(TimeSpan.FromSeconds(10));
            await TestServer.SendAsync(request, stream, new byte[2000], "\"1\"", how == "broken" ? 1000 : 2000);
        });
        var source = ModelSource.FromUri(new Uri(server.Address), sha256: new string('0', 64),
            maxBytes: how == "large" ? 1000 : 5000, stallTimeout: TimeSpan.FromSeconds(how == "stall" ? 0.2 : 20));
        var error = await Task.Run(() => Assert.Throws<ModelFileException>(
            () => new ModelHost<TextModel>("text", source, TextModel.Load)));
        Assert.StartsWith($"{server.Address}/: {problem}", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ModelSource.FromUri(new Uri("file:///model.zip")));
    }

    private static async Task Eventually(Func<bool> isSo)
    {
        for (var i = 0; i < 2000 && !isSo(); i++)
            await Task.Delay(5);
        Assert.True(isSo());
    }
}
