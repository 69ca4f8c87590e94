using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MlPipeline.Data.FeatureCache;

/// <summary>
/// The right to change the files of a cache folder: one process and one thread at a time. The operating system gives it back when
/// its holder is killed. The lock file is never deleted, as two processes could then hold two locks.
/// </summary>
internal static class FeatureCacheLock
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    // EWOULDBLOCK of Linux and of BSD, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
    private static readonly int[] s_taken = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    /// <exception cref="FeatureCacheException">Somebody else has held it for half a minute.</exception>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    public static SafeFileHandle Take(string folder)
    {
        var path = Path.Combine(folder, ".lock");
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (s_taken.Contains(e.HResult))
            {
                if (Stopwatch.GetElapsedTime(start) > s_patience)
                {
                    throw new FeatureCacheException(path,
                        $"another process has held this lock for {s_patience.TotalSeconds:0} seconds.", e);
                }

                Thread.Sleep(1);
            }
        }
    }
}
