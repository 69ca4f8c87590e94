using System.IO.Compression;
using System.Text;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Tests.Support;

namespace MlPipeline.Pipeline.Tests;

/// <summary>The package's ResNet-18, pulled from servers that do wrong in every way.</summary>
public sealed class BackbonePullTests : IDisposable
{
    private const string Name = "resnet18";
    private const int Third = 20_000_000;

    private static readonly Lazy<byte[]> s_network = new(() => File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx")));

    private readonly string _home = Directory.CreateTempSubdirectory("mlpipeline-home-").FullName;
    private readonly List<string> _notes = [];

    private string Target => Path.Combine(_home, "backbones", Name + ".onnx");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task What_was_pulled_is_found_by_its_name_and_not_pulled_again()
    {
        using var server = Server();
        List<(long Done, long Of)> progress = [];
        var options = Options(server) with { Progress = (done, of) => progress.Add((done, of)) };
        var entry = await BackboneCatalog.PullAsync(Name, options, _home);
        Assert.Equal((BackboneKind.Pulled, Target, "MIT"), (entry.Kind, entry.Path, entry.Options.Licence));
        Assert.Equal((entry.Bytes, entry.Bytes), progress[^1]);
        Assert.Contains(BackboneCatalog.List(_home), e => e == entry);

        // The published path is asked for first.
        Assert.Equal("/mlnet-resources/image/ResNet18Onnx/ResNet18.onnx", Assert.Single(Files(server)).Path);
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.Single(Files(server));
        Assert.Equal([".resnet18.lock", "resnet18.onnx"],
            Directory.GetFiles(Path.Combine(_home, "backbones")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        Assert.True(BackboneCatalog.Remove(Name, _home));
        Assert.False(File.Exists(Target));
        Assert.False(BackboneCatalog.Remove(Name, _home));
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_ended()
    {
        using var server = Server(async (number, request, stream) =>
        {
            if (number < 3)
                await TestServer.SendAsync(request, stream, s_network.Value, "\"1\"", atMost: Third);
            return number < 3;
        });
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.Equal([null, Third, 2 * Third, 3 * Third], Files(server).Select(r => r.RangeStart));
        Assert.All(Files(server).Skip(1), r => Assert.Equal("\"1\"", r.Headers["if-range"]));
        Assert.Equal(3, _notes.Count);
    }

    [Fact]
    public async Task A_download_that_was_cancelled_is_gone_on_with_by_the_next_call()
    {
        using var cancel = new CancellationTokenSource();
        using var server = Server();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackboneCatalog.PullAsync(Name, Options(server) with
        {
            Progress = (done, _) =>
            {
                if (done > Third)
                    cancel.Cancel();
            },
        }, _home, cancel.Token));
        Assert.False(File.Exists(Target));
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.InRange(Files(server)[^1].RangeStart ?? 0, Third, s_network.Value.Length);
    }

    [Fact]
    public async Task A_corrupt_file_is_not_taken_and_the_error_says_what_to_do()
    {
        var corrupt = s_network.Value.ToArray();
        corrupt[Third] ^= 1;
        using var server = TestServer.Of(corrupt, NoPackage);
        var error = await Assert.ThrowsAsync<BackboneException>(() => BackboneCatalog.PullAsync(Name, Options(server), _home));
        Assert.Contains("the SHA-256 of its file is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("get ResNet18.onnx (63,653,533 bytes, SHA-256 "
            + "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f) from "
            + "https://aka.ms/mlnet-resources/image/ResNet18Onnx/ResNet18.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains($"put it at {Target}", error.Message, StringComparison.Ordinal);
        Assert.Equal([".resnet18.lock"], Directory.GetFiles(Path.Combine(_home, "backbones")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Parts_that_do_not_belong_together_are_pulled_again_from_the_start()
    {
        Directory.CreateDirectory(Path.Combine(_home, "backbones"));
        var partial = Path.Combine(_home, "backbones", $".{Name}.partial");
        await File.WriteAllBytesAsync(partial, new byte[Third]);
        await File.WriteAllTextAsync(partial + ".state", "\"1\"");
        using var server = Server();
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.Equal([Third, null], Files(server).Select(r => r.RangeStart));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_changes_between_its_parts_is_pulled_from_the_start(bool knowsIfRange)
    {
        var older = new byte[s_network.Value.Length];
        using var server = Server(async (number, request, stream) =>
        {
            if (number == 0)
                await TestServer.SendAsync(request, stream, older, "\"older\"", atMost: Third);
            else if (!knowsIfRange && request.Headers.Remove("if-range"))
                await TestServer.SendAsync(request, stream, s_network.Value, "\"1\"");
            else
                return false;
            return true;
        });
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.Equal(knowsIfRange ? [null, Third] : new int?[] { null, Third, null }, Files(server).Select(r => r.RangeStart));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_sends_all_again()
    {
        using var server = Server(async (number, request, stream) =>
        {
            request.Headers.Remove("range");
            await TestServer.SendAsync(request, stream, s_network.Value, "\"1\"", number == 0 ? Third : int.MaxValue);
            return true;
        });
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.Equal(2, Files(server).Count);
    }

    [Fact]
    public async Task A_server_that_stalls_is_asked_again()
    {
        using var server = Server(async (number, request, stream) =>
        {
            if (number > 1)
                return false;
            if (number == 1)
                await TestServer.SendAsync(request, stream, s_network.Value, "\"1\"", atMost: Third);
            await Task.Delay(TimeSpan.FromSeconds(30));
            return true;
        });
        await BackboneCatalog.PullAsync(Name, Options(server) with { StallTimeout = TimeSpan.FromSeconds(0.7) }, _home);
        Assert.Equal([null, null, Third], Files(server).Select(r => r.RangeStart));
        Assert.All(_notes, n => Assert.Contains("it sent nothing for 0.7 seconds", n, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("loop", 9, "it redirects too often")]
    [InlineData("403", 1, "it answered 403")]
    [InlineData("503", 2, "it answered 503 (Status), in 2 attempts")]
    [InlineData("short", 1, "its file has 100 bytes, not 63,653,533")]
    [InlineData("endless", 1, "it sends more than the 63,653,533 bytes that the file may have")]
    public async Task A_server_that_does_not_give_the_file_is_named_with_what_it_did(string how, int requests, string problem)
    {
        using var server = Server(async (_, request, stream) =>
        {
            if (how == "loop")
            {
                await TestServer.HeadAsync(stream, 302, $"Location: {request.Path}x", "Content-Length: 0");
            }
            else if (how == "short")
            {
                await TestServer.SendAsync(request, stream, new byte[100], "\"1\"");
            }
            else if (how == "endless")
            {
                await TestServer.HeadAsync(stream, 200);
                await stream.WriteAsync(new byte[70_000_000]);
            }
            else
            {
                await TestServer.HeadAsync(stream, int.Parse(how), "Content-Length: 0", "Retry-After: 0");
            }

            return true;
        });
        var error = await Assert.ThrowsAsync<BackboneException>(
            () => BackboneCatalog.PullAsync(Name, Options(server) with { Attempts = 2 }, _home));
        Assert.Contains($"127.0.0.1: {problem}", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));

        // A mirror is asked under two paths.
        Assert.Equal(2 * requests, Files(server).Count);
    }

    [Fact]
    public async Task Redirects_are_followed()
    {
        using var server = Server(async (number, _, stream) =>
        {
            if (number == 0)
                await TestServer.HeadAsync(stream, 302, "Location: /elsewhere", "Content-Length: 0");
            return number == 0;
        });
        await BackboneCatalog.PullAsync(Name, Options(server), _home);
        Assert.Equal("/elsewhere", Files(server)[^1].Path);
    }

    [Fact]
    public async Task Two_that_pull_at_once_get_the_file_once()
    {
        using var server = Server();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            Task.Run(() => BackboneCatalog.PullAsync(Name, Options(server), _home))));
        Assert.Equal(both[0], both[1]);
        Assert.Single(Files(server));
        Assert.Contains(_notes, n => n.Contains("another process", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_comes_out_of_the_package_of_a_feed()
    {
        using var package = new MemoryStream();
        using (var zip = new ZipArchive(package, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("tools/DnnImageModels/ResNet50Onnx/ResNet50.onnx").Open();
            entry.Write(await File.ReadAllBytesAsync(TestNetworks.PathOf("mean-pooled.onnx")));
        }

        string? address = null;
        using var server = new TestServer((request, stream) => TestServer.SendAsync(request, stream,
            request.Path == "/v3/index.json" ? Encoding.UTF8.GetBytes($$"""
                { "resources": [
                  { "@type": "Search", "@id": "x" }, { "@type": "PackageBaseAddress/3.0.0", "@id": "{{address}}/flat/" }] }
                """)
            : request.Path.StartsWith("/flat/", StringComparison.Ordinal) ? package.ToArray() : "<html>"u8.ToArray(), "\"1\""));
        address = server.Address;

        // No checksum of it was published: it is kept from the first pull on.
        var entry50 = await BackboneCatalog.PullAsync("resnet50",
            Options(server) with { Mirror = "", PackageSources = [address + "/v3/index.json"] }, _home);
        Assert.Equal("/flat/microsoft.ml.dnnimagefeaturizer.resnet50/microsoft.ml.dnnimagefeaturizer.resnet50.0.23.1.nupkg"
            .Replace("resnet50/m", "resnet50/0.23.1/m", StringComparison.Ordinal), server.Requests.Last().Path);
        Assert.Equal(64, entry50.Sha256!.Length);
        Assert.Equal("resnet50", BackboneCatalog.Resolve("resnet50", home: _home).Name);
        Assert.Null(BackboneCatalog.Verify("resnet50", _home).Single().Problem);
        File.Copy(TestNetworks.PathOf("class-maps.onnx"), entry50.Path!, overwrite: true);
        Assert.Contains("not the published 'resnet50'", BackboneCatalog.Verify("resnet50", _home).Single().Problem,
            StringComparison.Ordinal);
        var error = Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("resnet50", home: _home));
        Assert.Contains("backbones pull resnet50", error.Message, StringComparison.Ordinal);

        // A page for people is no network.
        var page = await Assert.ThrowsAsync<BackboneException>(
            () => BackboneCatalog.PullAsync("alexnet", Options(server) with { Mirror = address + "/pages" }, _home));
        Assert.Contains("its file is no network", page.Message, StringComparison.Ordinal);
        Assert.Contains("its file is no whole package", page.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_put_into_a_folder_or_into_its_place_by_hand_is_taken()
    {
        var mirror = Directory.CreateDirectory(Path.Combine(_home, "mirror")).FullName;
        var nowhere = await Assert.ThrowsAsync<BackboneException>(
            () => BackboneCatalog.PullAsync(Name, new BackbonePullOptions { Mirror = mirror }, _home));
        Assert.Contains($"the mirror {mirror} is no folder with ResNet18.onnx", nowhere.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Path.Combine(mirror, "ResNet18.onnx"), s_network.Value);
        var entry = await BackboneCatalog.PullAsync(Name, new BackbonePullOptions { Mirror = mirror }, _home);
        Assert.Equal(Target, entry.Path);

        File.Copy(TestNetworks.PathOf("mean-pooled.onnx"), Path.Combine(_home, "backbones", "squeezenet1.1-7.onnx"));
        var wrong = Assert.Throws<BackboneException>(() => BackboneCatalog.Resolve("squeezenet1.1-7", home: _home));
        Assert.Contains("not the published 'squeezenet1.1-7'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_with_what_can_be_done()
    {
        var server = Server();
        server.Dispose();
        var error = await Assert.ThrowsAsync<BackboneException>(
            () => BackboneCatalog.PullAsync("vgg16-12", Options(server) with { Attempts = 2 }, _home));
        Assert.Contains("127.0.0.1: there is no connection to it", error.Message, StringComparison.Ordinal);
        Assert.Contains("get vgg16-12.onnx (553,437,752 bytes, SHA-256 722c42f5", error.Message, StringComparison.Ordinal);
        Assert.Contains("https://github.com/onnx/models/raw/main/validated/vision/classification/vgg/model/vgg16-12.onnx",
            error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_home, "backbones", "vgg16-12.onnx"), error.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<BackboneException>(() => BackboneCatalog.PullAsync("vgg1", home: _home));
        Assert.Contains("there is vgg16-12, vgg16-7, vgg16-bn-7, vgg19-7", unknown.Message, StringComparison.Ordinal);
    }

    // Of the plain file; mirrors are asked for the package first, which this one does not have.
    private static List<TestServer.Request> Files(TestServer server) =>
        [.. server.Requests.Where(r => !r.Path.EndsWith(".nupkg", StringComparison.Ordinal))];

    private static TestServer Server(Func<int, TestServer.Request, Stream, Task<bool>>? fault = null)
    {
        var number = -1;
        return TestServer.Of(s_network.Value, async (_, request, stream) => await NoPackage(0, request, stream)
            || (fault is not null && await fault(Interlocked.Increment(ref number), request, stream)));
    }

    private static async Task<bool> NoPackage(int number, TestServer.Request request, Stream stream)
    {
        var isPackage = request.Path.EndsWith(".nupkg", StringComparison.Ordinal);
        if (isPackage)
            await TestServer.HeadAsync(stream, 404, "Content-Length: 0");
        return isPackage;
    }

    private BackbonePullOptions Options(TestServer server) => new()
    {
        Mirror = server.Address,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        Note = note =>
        {
            lock (_notes)
                _notes.Add(note);
        },
    };
}
