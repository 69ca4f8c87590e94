using System.Text;
using Microsoft.Win32.SafeHandles;
using MlPipeline.Data.Files;
using MlPipeline.Engine.Onnx;
using MlPipeline.Pipeline.Downloads;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Gets the file of a known backbone and puts it into its place once it is whole and has the right checksum. One process at a
/// time pulls a backbone; others wait and find it there. What has come of a file that is not whole yet stays for the next call.
/// </summary>
internal sealed class BackbonePull(BackboneEntry entry, string target, BackbonePullOptions options)
{
    // EWOULDBLOCK of Linux and of BSD, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
    private static readonly int[] s_taken = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    private readonly string _lock = Path.Combine(Path.GetDirectoryName(target)!, $".{entry.Name}.lock");
    private readonly string _partial = Path.Combine(Path.GetDirectoryName(target)!, $".{entry.Name}.partial");

    /// <exception cref="BackboneException">No place gives the file; says where it is to be had and where to put it.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var alone = await TakeLockAsync(cancellation).ConfigureAwait(false);
            if (KnownBackbones.IsPulled(entry, target))
                return;
            List<string> problems = [];
            using var client = FileDownload.Client(options.Proxy, options.Credentials);
            var places = BackbonePlace.Of(entry, options);
            if (places.Count == 0)
                problems.Add($"the mirror {BackbonePlace.MirrorOf(options)} is no folder with {entry.Path}");
            foreach (var place in places)
            {
                try
                {
                    await GetAsync(place, client, cancellation).ConfigureAwait(false);
                    return;
                }
                catch (DownloadException e)
                {
                    problems.Add($"{place.Name}: {e.Message}");
                }
            }

            throw new BackboneException(
                $"The backbone '{entry.Name}' could not be pulled ({string.Join("; ", problems.Distinct())}). "
                + $"{KnownBackbones.ByHand(entry, target)}, or name a folder or server that has it as the mirror.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new BackboneException($"{target}: the backbone '{entry.Name}' cannot be written there: {e.Message}", e);
        }
    }

    private async Task<SafeFileHandle> TakeLockAsync(CancellationToken cancellation)
    {
        for (var isTold = false; ; isTold = true)
        {
            try
            {
                // Never deleted, as two processes could then hold two locks.
                return File.OpenHandle(_lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (s_taken.Contains(e.HResult))
            {
                if (!isTold)
                    options.Note?.Invoke($"another process pulls '{entry.Name}': waiting for it");
                await Task.Delay(s_look, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task GetAsync(BackbonePlace place, HttpClient client, CancellationToken cancellation)
    {
        var partial = place.IsPackage ? _partial + ".nupkg" : _partial;
        var download = new FileDownload(client, new DownloadOptions
        {
            Stall = options.StallTimeout,
            Attempts = options.Attempts,
            RetryDelay = options.RetryDelay,
            MaxBytes = ModelFile.DefaultMaxBytes,
            Progress = options.Progress,
            Note = options.Note,
        });
        for (var isAgain = false; ; isAgain = true)
        {
            var isJoined = File.Exists(partial);
            if (place.Path is { } path)
            {
                File.Copy(path, partial, overwrite: true);
            }
            else
            {
                var address = await place.AddressAsync(client, options.StallTimeout, cancellation).ConfigureAwait(false);
                await download.RunAsync(address, partial, place.IsPackage ? 0 : entry.Bytes, cancellation).ConfigureAwait(false);
            }

            try
            {
                if (place.IsPackage)
                    Settle(NuGetPackage.Read(partial, entry.Path!), partial);
                else
                    Settle(await File.ReadAllBytesAsync(partial, cancellation).ConfigureAwait(false), partial);
                return;
            }
            catch (DownloadException) when (isJoined && !isAgain && place.Path is null)
            {
                // Joined from parts that do not belong together: once more from the start.
                FileDownload.Delete(partial);
            }
            catch (DownloadException)
            {
                FileDownload.Delete(partial);
                throw;
            }
        }
    }

    // Of a file without a published checksum at least that it is a network is known; its checksum is kept from now on.
    private void Settle(byte[] onnx, string partial)
    {
        var sha256 = Backbone.HashOf(onnx);
        if (entry.Sha256 is { } wanted && sha256 != wanted)
            throw new DownloadException($"the SHA-256 of its file is {sha256}, not {wanted}");
        if (entry.Sha256 is null)
        {
            try
            {
                OnnxModel.Parse(onnx, entry.Path!).ToGraph();
            }
            catch (OnnxException e)
            {
                throw new DownloadException($"its file is no network ({e.Message})", e);
            }

            ReplacedFile.Write(KnownBackbones.ChecksumOf(target), Encoding.ASCII.GetBytes(sha256));
        }

        ReplacedFile.Write(target, onnx);
        FileDownload.Delete(partial);
    }
}
