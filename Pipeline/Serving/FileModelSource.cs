namespace MlPipeline.Pipeline.Serving;

/// <summary>
/// A model's file on disk. Its <see cref="FileStamp"/> is looked at again and again rather than watched: watchers do not see
/// what lies behind symbolic links or on network drives, and are few on a machine.
/// </summary>
internal sealed class FileModelSource(string path, TimeSpan settle) : IModelSource
{
    // How long a call waits for a file that keeps changing, and from when on nobody is taken to be writing to a file.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);

    public string Location => path;

    public TimeSpan PollInterval => TimeSpan.FromSeconds(1);

    public async Task<string?> CopyAsync(string destination, string? stamp, CancellationToken cancellation)
    {
        for (var start = Environment.TickCount64; ;)
        {
            var seen = FileStamp.Of(path);
            if (seen is not null && seen == stamp)
                return null;
            if (seen is null || !HasRested())
                await Task.Delay(settle, cancellation).ConfigureAwait(false);
            if (FileStamp.Of(path) == seen)
            {
                if (seen is null)
                    throw new FileNotFoundException("there is no such model file");
                try
                {
                    await CopyAsync(destination, cancellation).ConfigureAwait(false);
                }
                catch (FileNotFoundException)
                {
                    // Between being taken away and being put back.
                    continue;
                }

                if (FileStamp.Of(path) == seen)
                    return seen;
            }

            if (Environment.TickCount64 - start > s_patience.TotalMilliseconds)
                throw new IOException("the file is still being written");
        }
    }

    /// <summary>Whether nobody has written to the file for a while. Clocks may go wrong: a file of the future has not
    /// rested.</summary>
    private bool HasRested() => DateTime.UtcNow - FileStamp.LastWriteOf(path) > s_rest;

    private async Task CopyAsync(string destination, CancellationToken cancellation)
    {
        var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        await using (from.ConfigureAwait(false))
        {
            var to = new FileStream(destination, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            await using (to.ConfigureAwait(false))
                await from.CopyToAsync(to, cancellation).ConfigureAwait(false);
        }
    }
}
