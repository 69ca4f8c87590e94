namespace MlPipeline.Trainers.Jobs.Batch;

/// <summary>
/// The files of one batch job: its output, and beside it what it works with. A kill at any moment leaves them so that
/// <see cref="Begin"/> knows where to go on: rows count only when the receipt, which is renamed into its place, says so, and the
/// output is renamed into its place when the receipt says that it is complete.
/// </summary>
/// <param name="output">The output.</param>
/// <param name="converts">Whether it is made from the rows in the end, and is not the rows themselves.</param>
internal sealed class BatchPlace(string output, bool converts)
{
    public string Output => output;

    /// <summary>The rows so far.</summary>
    public string Partial => output + ".partial";

    /// <summary>The pictures, as they were at the beginning.</summary>
    public string Listing => output + ".partial.listing";

    /// <summary>What is renamed to the output.</summary>
    private string Ready => converts ? output + ".partial.converted" : Partial;

    /// <summary>Looks at what is there.</summary>
    /// <returns>The receipt of what is to be gone on with; null for a beginning.</returns>
    /// <exception cref="JobException">Something is there that is neither to be resumed nor to be replaced.</exception>
    public BatchReceipt? Begin(bool resume, bool replace)
    {
        if (resume && BatchReceipt.Read(output) is { } known)
            return known;
        if (File.Exists(output) && !replace)
        {
            throw new JobException($"{output} is there already{(resume ? " and nothing says what it was made from" : "")}; "
                + "replace it (--force), or choose another name.");
        }

        if (File.Exists(Partial) && !replace && !resume)
        {
            throw new JobException($"{Partial} is there from a job that was stopped: resume it (--resume), or begin anew "
                + "(--force).");
        }

        return null;
    }

    /// <summary>Opens the rows so far, behind the last that is safe, for this process alone; a beginning removes what is
    /// there.</summary>
    /// <param name="known">What <see cref="Begin"/> gave; another process may have come further since.</param>
    /// <returns>Null when all rows are there.</returns>
    /// <exception cref="JobException">Rows are missing.</exception>
    public FileStream? Open(ref BatchReceipt? known)
    {
        if (known is { Complete: true })
            return null;
        var partial = new FileStream(Partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (known is null)
        {
            File.Delete(BatchReceipt.PathFor(output));
        }
        else
        {
            known = BatchReceipt.Read(output);
            if (partial.Length < (known?.Bytes ?? 0) || known is { Complete: true })
            {
                var found = partial.Length;
                partial.Dispose();
                if (found == 0)
                    File.Delete(Partial);
                return known is { Complete: true } ? null
                    : throw new JobException($"{Partial}: {known!.Bytes} bytes were written and {found} are there; begin anew "
                        + "(--force).");
            }
        }

        partial.SetLength(known?.Bytes ?? 0);
        partial.Position = partial.Length;
        return partial;
    }

    /// <exception cref="JobException">What was begun was begun with something else; the message says with what.</exception>
    public void RefuseOther(BatchReceipt known, SortedDictionary<string, string> settings, string engine, Shard? shard,
        IJobProgress progress)
    {
        var now = known with { Settings = settings, Shard = shard?.ToString() };
        var differences = known.DifferencesTo(now);
        if (known.Shard != now.Shard)
            differences = [.. differences, $"the shard was {known.Shard ?? "all"} and is now {now.Shard ?? "all"}"];
        if (differences.Count > 0)
        {
            throw new JobException($"{output}: it was begun with something else: {string.Join("; ", differences)}. Go on with "
                + "that, begin anew (--force), or choose another name.");
        }

        if (known.Engine != engine && !known.Complete)
        {
            progress.Note($"note: the first {known.Done} pictures were scored by {known.Engine}, the others are by {engine}: "
                + "scores may differ in the last digits");
        }
    }

    /// <summary>Writes down that all rows are there.</summary>
    /// <param name="receipt">What was done.</param>
    /// <param name="convert">Makes the output from the rows where they are not the output.</param>
    public BatchReceipt Complete(BatchReceipt receipt, Action<string> convert)
    {
        if (converts)
            convert(Ready);
        receipt = receipt with { Complete = true, Files = [BatchFile.Of(Ready, "", receipt.Header)] };
        receipt.Write(output);
        return receipt;
    }

    /// <summary>Puts a complete output into its place and removes what it was made with; does nothing where that was
    /// done.</summary>
    /// <exception cref="JobException">The output is not there.</exception>
    public void Publish(BatchReceipt receipt)
    {
        if (File.Exists(Ready))
            File.Move(Ready, output, overwrite: true);
        File.Delete(Partial);
        File.Delete(Listing);
        if (!File.Exists(output) || new FileInfo(output).Length != receipt.Files[0].Bytes)
        {
            throw new JobException($"{output}: {BatchReceipt.PathFor(output)} says that it is complete, and it is "
                + $"{(File.Exists(output) ? "of another length" : "not there")}; begin anew (--force).");
        }
    }
}
