using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace MlPipeline.ScoringService.Tests;

/// <summary>Two thousand requests that mean no good: each gets its status, and the service lives on.</summary>
[Collection(nameof(ServiceFixture))]
public sealed class HostileTests(ServiceFixture fixture)
{
    private const int Requests = 2000;
    private const int AtOnce = 32;

    [Fact]
    public async Task Hostile_requests_get_their_status_and_do_no_harm()
    {
        await using var service = await fixture.StartAsync(o => o with
        {
            MaxPictureBytes = 100_000,
            MaxRequestBytes = 200_000,
            MaxPixels = 1_000_000,
            SlowBodyGrace = TimeSpan.FromSeconds(1.1),
        });
        var picture = await File.ReadAllBytesAsync(fixture.Pictures[0]);
        (string Name, int[] Statuses, Func<Random, Task<int>> Send)[] kinds =
        [
            ("a truncated picture", [422], r => Body(picture[..r.Next(1, picture.Length * 9 / 10)])),
            ("a picture with a flipped byte in its head", [422], _ => Body(Flipped(picture, 12))),
            ("noise", [422], r => Body(Noise(r))),
            ("an empty picture", [422], _ => Body([])),
            ("a bomb of a header", [413, 422], _ => Body(Bomb(picture, 20_000))),
            ("a bomb of a longer header", [413, 422], _ => Body(Bomb(picture, 2_000_000_000))),
            ("a body that is too long", [413], _ => Head("Content-Type: image/png\r\nContent-Length: 999999999\r\n")),
            ("a body without an end", [413], _ => Chunks(300_000)),
            ("chunks that are none", [400], _ => Head("Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n", "zz\r\n")),
            ("a wrong type", [415], _ => Head("Content-Type: text/html\r\nContent-Length: 1\r\n", "x")),
            ("no type", [415], _ => Head("Content-Length: 1\r\n", "x")),
            ("a long header", [431], _ => Head($"X: {new string('x', 40_000)}\r\n")),
            ("many headers", [431], _ => Head(string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: y\r\n")))),
            ("a long address", [414], _ => Text($"GET /{new string('x', 9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n")),
            ("no HTTP", [400], r => Text(Encoding.Latin1.GetString(Noise(r)).Replace('\n', ' ') + "\n\r\n")),
            ("two lengths", [400], _ => Head("Content-Type: image/png\r\nContent-Length: 1\r\nContent-Length: 2\r\n", "x")),
            ("another method", [405], _ => Text("DELETE /v1/predict HTTP/1.1\r\nHost: localhost\r\n\r\n")),
            ("a path", [404], _ => Text("GET /../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n")),
            ("another host", [403], _ => Text("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n")),
            ("no host", [400], _ => Text("GET /v1/models HTTP/1.1\r\n\r\n")),
            ("JSON without an end", [400], _ => Json("{\"pictures\": [" + new string('[', 50_000))),
            ("JSON with a path", [400], _ => Json("{\"pictures\": [{\"path\": \"/etc/passwd\"}]}")),
            ("half a form", [400], _ => Form("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nxyz")),
            ("a form of many parts", [413], _ => Form(string.Concat(Enumerable.Repeat(
                "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nx\r\n", 500)) + "--b--\r\n")),
            ("a client that leaves", [0, 400], _ => Leaving()),
        ];

        var before = GC.GetTotalMemory(true);
        List<string> wrong = [];
        using var room = new SemaphoreSlim(AtOnce);
        var slow = Enumerable.Range(0, 8).Select(_ => SlowBody()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async i =>
        {
            await room.WaitAsync();
            try
            {
                var (name, statuses, send) = kinds[i % kinds.Length];
                var status = await send(new Random(i));
                if (!statuses.Contains(status))
                {
                    lock (wrong)
                        wrong.Add($"{name}: {status}");
                }
            }
            finally
            {
                room.Release();
            }
        }));

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.CountBy(w => w).Select(w => $"{w.Key} x {w.Value}")));
        Assert.All(await Task.WhenAll(slow), status => Assert.Equal(408, status));
        (await service.GetAsync("readyz")).Good();
        (await service.PostAsync("v1/predict", picture)).Good();
        Assert.Equal(0, Metrics.Of((await service.GetAsync("metrics")).Text)["mlpipeline_held_bytes"]);
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 100_000_000);

        async Task<int> Send(byte[] bytes, bool ends = false)
        {
            using var raw = new RawRequest(service.Address);
            await raw.SendAsync(bytes);
            if (ends)
                raw.EndSending();
            return await raw.StatusAsync();
        }

        Task<int> Text(string text) => Send(Encoding.Latin1.GetBytes(text));
        Task<int> Head(string headers, string body = "") =>
            Text($"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}");
        Task<int> Typed(string type, byte[] body) => Send([.. Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n")),
            .. body]);
        Task<int> Body(byte[] body) => Typed("image/png", body);
        Task<int> Json(string json) => Typed("application/json", Encoding.UTF8.GetBytes(json));
        Task<int> Form(string form) => Typed("multipart/form-data; boundary=b", Encoding.UTF8.GetBytes(form));
        Task<int> Chunks(int length) => Head("Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n",
            string.Concat(Enumerable.Repeat($"1000\r\n{new string('x', 4096)}\r\n", length / 4096)));

        async Task<int> Leaving()
        {
            using var raw = new RawRequest(service.Address);
            await raw.SendAsync("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                + "Content-Length: 5000\r\n\r\nhalf");
            raw.EndSending();
            return await raw.StatusAsync();
        }

        async Task<int> SlowBody()
        {
            using var raw = new RawRequest(service.Address);
            await raw.SendAsync("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                + "Content-Length: 5000\r\n\r\n");
            var status = raw.StatusAsync();
            for (var i = 0; i < 100 && !status.IsCompleted; i++)
            {
                await raw.SendAsync("x");
                await Task.Delay(100);
            }

            return await status;
        }
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 2000)];
        random.NextBytes(bytes);
        bytes[0] = 1;
        return bytes;
    }

    private static byte[] Flipped(byte[] picture, int at)
    {
        byte[] flipped = [.. picture];
        flipped[at] ^= 0xFF;
        return flipped;
    }

    /// <summary>The picture's file with another size in its header (PNG, 11.2.2), checksum included.</summary>
    private static byte[] Bomb(byte[] png, int side)
    {
        byte[] bomb = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), side);
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc32.HashToUInt32(bomb.AsSpan(12, 17)));
        return bomb;
    }
}
