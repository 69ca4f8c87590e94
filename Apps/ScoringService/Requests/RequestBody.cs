using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MlPipeline.ScoringService;

/// <summary>The pictures of a request, in any of the three forms of body. Bodies are held in memory; nothing is written to disk,
/// and nothing that a request says is taken for a path.</summary>
internal sealed class RequestBody(ServiceOptions options)
{
    public const string Json = "application/json";
    public const string Bytes = "application/octet-stream";
    public const string Multipart = "multipart/form-data";

    private const int FirstBlock = 1 << 16;
    private const int MostHeaders = 16;
    private const int MostHeaderBytes = 8 << 10;
    private const int MostBoundaryLetters = 70;
    private const string Forms = $"send a picture as the body (image/* or {Bytes}), files in a form ({Multipart}), or JSON "
        + "({\"pictures\": [{\"name\": \"...\", \"data\": \"<base64>\"}]})";

    /// <summary>Reads all pictures of a request.</summary>
    /// <exception cref="RequestException">The body is wrong or too large.</exception>
    /// <exception cref="BadHttpRequestException">It is broken, too slow, or larger than it said.</exception>
    public async Task<IReadOnlyList<RequestPicture>> ReadAsync(HttpRequest request, HeldBytes.Share share,
        CancellationToken cancellation)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
            throw Unsupported($"a body with the content encoding '{encoding}' is not read: send it as it is");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw Unsupported($"the content type '{request.ContentType}' is none that is read: {Forms}");
        if (request.ContentLength > options.MaxRequestBytes)
            throw TooLarge($"the body of {request.ContentLength} bytes", options.MaxRequestBytes);
        IReadOnlyList<RequestPicture> pictures = type.MediaType.Value switch
        {
            var media when Is(media, Multipart) => await ReadFormAsync(request, type, share, cancellation),
            var media when Is(media, Json) =>
                ReadJson(await ReadAsync(request.Body, options.MaxRequestBytes, "the body", share, cancellation)),
            var media when Is(media, Bytes) || media!.StartsWith("image/", StringComparison.OrdinalIgnoreCase) =>
                [new(null, await ReadAsync(request.Body, options.MaxPictureBytes, "the picture", share, cancellation))],
            _ => throw Unsupported($"the content type '{type.MediaType}' is none that is read: {Forms}"),
        };
        return pictures.Count > 0 ? pictures : throw Bad($"there is no picture in the body: {Forms}");
    }

    private static bool Is(string? media, string wanted) => string.Equals(media, wanted, StringComparison.OrdinalIgnoreCase);

    private async Task<List<RequestPicture>> ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type,
        HeldBytes.Share share, CancellationToken cancellation)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MostBoundaryLetters)
            throw Bad($"the content type names no boundary of 1 to {MostBoundaryLetters} letters between the parts of the form");
        List<RequestPicture> pictures = [];
        try
        {
            MultipartReader parts = new(boundary, request.Body)
            {
                HeadersCountLimit = MostHeaders,
                HeadersLengthLimit = MostHeaderBytes,
                BodyLengthLimit = null,
            };
            while (await parts.ReadNextSectionAsync(cancellation) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var what)
                    || (StringSegment.IsNullOrEmpty(what.FileName) && StringSegment.IsNullOrEmpty(what.FileNameStar)))
                {
                    throw Bad($"the part '{what?.Name}' of the form is no file: send pictures as files, as in curl -F "
                        + "picture=@new.jpg, and all else in the address, as in ?top=3");
                }

                CheckRoom(pictures.Count);
                var name = HeaderUtilities.RemoveQuotes(
                    StringSegment.IsNullOrEmpty(what.FileNameStar) ? what.FileName : what.FileNameStar).Value;
                pictures.Add(new RequestPicture(name,
                    await ReadAsync(part.Body, options.MaxPictureBytes, $"the picture '{name}'", share, cancellation)));
            }
        }
        catch (InvalidDataException e)
        {
            throw Bad($"the form is broken: {e.Message}");
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw Bad("the form ends before its last boundary");
        }

        return pictures;
    }

    private List<RequestPicture> ReadJson(byte[] body)
    {
        const string Form = "the JSON body must be {\"pictures\": [{\"name\": \"...\", \"data\": \"<base64>\"}]}";
        try
        {
            var strict = new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(body, strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Bad(Form);
            List<RequestPicture> pictures = [];
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name != "pictures" || member.Value.ValueKind != JsonValueKind.Array)
                    throw Bad(member.Name == "pictures" ? Form : $"there is no '{member.Name}' in a request; {Form}");
                foreach (var picture in member.Value.EnumerateArray())
                {
                    CheckRoom(pictures.Count);
                    pictures.Add(ReadJson(picture, $"pictures[{pictures.Count}]"));
                }
            }

            return pictures;
        }
        catch (JsonException e)
        {
            throw Bad($"the body is no JSON, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    private RequestPicture ReadJson(JsonElement picture, string place)
    {
        if (picture.ValueKind != JsonValueKind.Object)
            throw Bad($"{place} must be an object with 'data', the picture's bytes in base64");
        (string? name, byte[]? data) = (null, null);
        foreach (var member in picture.EnumerateObject())
        {
            if (member.Name == "name" && member.Value.ValueKind == JsonValueKind.String)
            {
                name = member.Value.GetString();
            }
            else if (member.Name == "data")
            {
                data = BytesOf(member.Value) ?? throw Bad($"{place}.data is no base64");
            }
            else
            {
                throw Bad($"{place}: '{member.Name}' is not read, only 'name' (a text) and 'data': the service opens no files "
                    + "and no addresses, so send the picture's bytes");
            }
        }

        if (data is null)
            throw Bad($"{place} has no 'data', the picture's bytes in base64");
        return data.Length <= options.MaxPictureBytes ? new RequestPicture(name, data)
            : throw TooLarge($"the picture {place} of {data.Length} bytes", options.MaxPictureBytes);
    }

    private static byte[]? BytesOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : null;

    private void CheckRoom(int count)
    {
        if (count == options.MaxPictures)
        {
            throw new RequestException(StatusCodes.Status413PayloadTooLarge,
                $"there are more than {options.MaxPictures} pictures in the request: send several requests");
        }
    }

    // What a length promises is not taken before it comes.
    private async Task<byte[]> ReadAsync(Stream stream, long limit, string what, HeldBytes.Share share,
        CancellationToken cancellation)
    {
        var buffer = new byte[FirstBlock];
        share.Take(buffer.Length);
        var length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
        {
            length += read;
            share.Read += read;
            if (length > limit)
                throw TooLarge(what, limit);
            if (share.Read > options.MaxRequestBytes)
                throw TooLarge("the body", options.MaxRequestBytes);
            if (length == buffer.Length)
            {
                share.Take(buffer.Length);
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        Array.Resize(ref buffer, length);
        return buffer;
    }

    private static RequestException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);

    private static RequestException Unsupported(string detail) => new(StatusCodes.Status415UnsupportedMediaType, detail);

    private static RequestException TooLarge(string what, long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"{what} is more than the limit of {limit} bytes");
}

/// <summary>A picture as it was sent.</summary>
/// <param name="Name">What the client calls it; only ever given back.</param>
/// <param name="Bytes">The bytes of a file.</param>
internal sealed record RequestPicture(string? Name, byte[] Bytes);
