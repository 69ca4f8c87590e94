using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MlPipeline.Pipeline.Models;

/// <summary>
/// The checksum over a whole model file. A zip file may end in a comment; ours is <see cref="Mark"/> and the SHA-256, in 64
/// hexadecimal digits, of every byte before those digits. So any cut and any changed byte is seen, also in places that zip
/// readers never look at.
/// </summary>
internal static class ModelSeal
{
    private const string Mark = "mlpipeline model sha256:";
    private const int DigestLength = 64;

    /// <summary>The comment to write; the digits are put in by <see cref="Apply"/>.</summary>
    public static string Placeholder { get; } = Mark + new string('0', DigestLength);

    /// <summary>Puts the checksum of a finished zip file into its comment.</summary>
    public static void Apply(FileStream stream)
    {
        var digest = DigestOf(stream, stream.Length - DigestLength);
        stream.Position = stream.Length - DigestLength;
        stream.Write(Encoding.ASCII.GetBytes(digest));
    }

    /// <summary>Checks the whole file.</summary>
    /// <returns>False when it has no seal: a file that ML.NET itself wrote, or none of either.</returns>
    /// <exception cref="ModelFileException">It is sealed and was altered.</exception>
    public static bool Check(string path, FileStream stream)
    {
        var seal = new byte[Placeholder.Length];
        if (stream.Length < seal.Length)
            return false;
        stream.Position = stream.Length - seal.Length;
        stream.ReadExactly(seal);
        if (!seal.AsSpan(0, Mark.Length).SequenceEqual(Encoding.ASCII.GetBytes(Mark)))
            return false;
        var digest = DigestOf(stream, stream.Length - DigestLength);
        return seal.AsSpan(Mark.Length).SequenceEqual(Encoding.ASCII.GetBytes(digest))
            ? true
            : throw new ModelFileException(path,
                "its checksum does not fit its content: the file was altered or damaged; take it from its source again");
    }

    private static string DigestOf(FileStream stream, long length)
    {
        stream.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        try
        {
            while (length > 0)
            {
                var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, length));
                if (read == 0)
                    throw new EndOfStreamException("the file became shorter while it was read");
                hash.AppendData(buffer, 0, read);
                length -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
