using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using FsCheck;
using FsCheck.Fluent;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Tests.Support;

namespace MlPipeline.Imaging.Tests;

/// <summary>
/// Whatever is done to a file, it is decoded or refused with a typed error: no crash, no hang, no memory beyond the limits.
/// </summary>
/// <remarks>
/// The native codecs run in this process, so a crash ends it. For a long run, set <c>MLPIPELINE_MUTATIONS</c> to a count (100000
/// takes a few minutes) and <c>MLPIPELINE_MUTATION_FOLDER</c> to a folder; each file is written there as <c>current.bin</c>
/// before it is decoded, so that the one that ended the process is left behind. A decoding of more than a minute ends the
/// process too, with the mutation's number as the reason:
/// <code>
/// MLPIPELINE_MUTATIONS=100000 MLPIPELINE_MUTATION_FOLDER=/tmp/mutations \
///   dotnet test Tests/Imaging -c Release --filter FullyQualifiedName~Seeded_mutations --logger "console;verbosity=detailed"
/// </code>
/// <c>MLPIPELINE_MUTATION_START</c> begins at a later number; each number alone decides about file and changes.
/// </remarks>
[Collection(nameof(MutationTests))]
public class MutationTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int OrdinaryCount = 6000;
    private const long MaxPixels = 250_000;

    private static readonly DecodeOptions s_options = new() { MaxPixels = MaxPixels };
    private static readonly DecodeOptions s_reduced = new() { MaxPixels = MaxPixels, AtLeast = (8, 8) };

    [Fact]
    public void Seeded_mutations_of_all_formats_are_decoded_or_refused()
    {
        var count = Number("MLPIPELINE_MUTATIONS", OrdinaryCount);
        var first = Number("MLPIPELINE_MUTATION_START", 0);
        var folder = Environment.GetEnvironmentVariable("MLPIPELINE_MUTATION_FOLDER");
        if (folder != null)
            Directory.CreateDirectory(folder);

        var (names, files) = Corpus();
        using Watchdog watchdog = new();
        Dictionary<string, int> outcomes = [];
        long slowest = 0, before = 0, most = 0;
        for (var i = first; i < first + count; i++)
        {
            Random random = new(i);
            var chosen = random.Next(files.Length);
            var file = Mutate(files[chosen], random);
            if (folder != null)
                File.WriteAllBytes(Path.Combine(folder, "current.bin"), file);

            var start = Stopwatch.GetTimestamp();
            watchdog.Begin($"mutation {i} of {names[chosen]}");
            var outcome = Outcome(file, i % 2 == 0 ? s_options : s_reduced);
            watchdog.End();
            slowest = Math.Max(slowest, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            var key = $"{Path.GetExtension(names[chosen])[1..].ToLowerInvariant()} {outcome}";
            outcomes[key] = outcomes.GetValueOrDefault(key) + 1;
            if (i % 100 != 0)
                continue;

            // The first thousand warm up pools and code; what comes after must not add up.
            var now = Environment.WorkingSet;
            before = i - first <= 1000 ? now : before;
            most = Math.Max(most, now);
        }

        foreach (var (key, number) in outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"{key}: {number}");

        output.WriteLine($"slowest {slowest} ms; working set after warming up {before >> 20} MiB, at most {most >> 20} MiB");
        foreach (var format in (string[])["jpg", "png", "bmp", "gif", "webp", "ico"])
            Assert.True(outcomes.GetValueOrDefault($"{format} decoded") > 0, $"no {format} file was decoded");

        Assert.Equal(count, outcomes.Values.Sum());
        Assert.True(most - before < 200 << 20, $"the working set grew from {before} to {most} bytes");
    }

    public static TheoryData<string> Folders => ["png", "bmp", "gif"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Any_byte_of_any_value_is_decoded_or_refused(string folder)
    {
        string[] files = [.. Directory.GetFiles(Goldens.PathOf(folder)).Order(StringComparer.Ordinal)];
        byte[][] contents = [.. files.Select(File.ReadAllBytes)];
        Prop.ForAll(ArbMap.Default.ArbFor<(int File, int At, byte Value)>(), change =>
        {
            byte[] file = [.. contents[(int)((uint)change.File % contents.Length)]];
            file[(int)((uint)change.At * 2654435761u % file.Length)] = change.Value;
            Outcome(file, s_options);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Any_bytes_behind_a_signature_are_decoded_or_refused()
    {
        byte[] png = [0x89, .. "PNG\r\n"u8, 26, 10];
        byte[] webp = [.. "RIFF"u8, 100, 0, 0, 0, .. "WEBPVP8 "u8];
        byte[][] starts = [png, webp, [.. "BM"u8], [.. "GIF89a"u8], [0xFF, 0xD8, 0xFF], [0, 0, 1, 0], []];
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            foreach (var start in starts)
                Outcome([.. start, .. bytes], s_options);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static string Outcome(byte[] file, DecodeOptions options)
    {
        try
        {
            using var raster = ImageDecoder.Decode(file, options, "mutated");
            Assert.InRange((long)raster.Width * raster.Height, 1, MaxPixels);
            return "decoded";
        }
        catch (ImageDecodeException e)
        {
            Assert.StartsWith("mutated: ", e.Message);
            return e.Kind.ToString();
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    /// <summary>The goldens, what the tests draw, and the shared suites where they are there.</summary>
    private static (string[] Names, byte[][] Files) Corpus()
    {
        List<(string, byte[])> files =
        [
            ("lossy.webp", DrawnFiles.LossyWebP), ("lossless.webp", DrawnFiles.LosslessWebP),
            ("transparent.webp", DrawnFiles.TransparentWebP), ("animated.webp", DrawnFiles.AnimatedWebP),
            ("drawn.ico", DrawnFiles.Icon),
        ];

        // As many of each as there are of the others, for the new formats have few files.
        files = [.. Enumerable.Repeat(files, 8).SelectMany(list => list)];
        files.AddRange(JpegGoldens.Names.Select(name => (name + ".jpg", JpegGoldens.FileOf(name))));
        List<string> paths = [];
        foreach (var folder in (string[])["png", "bmp", "gif"])
            paths.AddRange(Directory.GetFiles(Goldens.PathOf(folder)));

        if (SharedData.Exists("data", "codec-suites"))
            paths.AddRange(Directory.GetFiles(SharedData.PathOf("data", "codec-suites"), "*.*", SearchOption.AllDirectories));

        files.AddRange(paths.Order(StringComparer.Ordinal).Select(path => (path, File.ReadAllBytes(path))));
        return ([.. files.Select(file => file.Item1)], [.. files.Select(file => file.Item2)]);
    }

    /// <summary>
    /// One to five changes: bytes set, bits turned, stretches removed or doubled, markers set in, numbers made extreme.
    /// </summary>
    private static byte[] Mutate(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 16; changes--)
        {
            var at = random.Next(3) == 0 ? random.Next(Math.Min(64, bytes.Count)) : random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 30), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                case 5:
                    bytes.InsertRange(at, [0xFF, (byte)random.Next(0xC0, 0xE0)]);
                    break;
                case 6:
                    for (var i = at; i < Math.Min(at + 4, bytes.Count); i++)
                        bytes[i] = random.Next(2) == 0 ? (byte)0x7F : (byte)0xFF;

                    break;
                default:
                    bytes.RemoveRange(Math.Max(16, at), bytes.Count - Math.Max(16, at));
                    break;
            }
        }

        byte[] mutated = [.. bytes];
        if (random.Next(4) != 0)
            RepairChecksums(mutated);

        return mutated;
    }

    /// <summary>Lets changes in a PNG reach what lies behind its checksums.</summary>
    private static void RepairChecksums(byte[] file)
    {
        if (!file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return;

        for (var at = 8L; at + 12 <= file.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            if (at + 12 + length > file.Length)
                return;

            var sum = Crc32.HashToUInt32(file.AsSpan((int)at + 4, (int)length + 4));
            at += 12 + length;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan((int)at - 4), sum);
        }
    }

    /// <summary>Ends the process, naming what ran, when one piece of work takes more than a minute.</summary>
    private sealed class Watchdog : IDisposable
    {
        private readonly Timer _timer;
        private string? _work;

        public Watchdog() => _timer = new Timer(_ => Environment.FailFast($"{_work} has run for a minute"));

        public void Begin(string work)
        {
            _work = work;
            _timer.Change(TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        }

        public void End() => _timer.Change(Timeout.Infinite, Timeout.Infinite);

        public void Dispose() => _timer.Dispose();
    }
}

/// <summary>Runs alone: it watches the memory of the whole process.</summary>
[CollectionDefinition(nameof(MutationTests), DisableParallelization = true)]
public sealed class MutationCollection;
