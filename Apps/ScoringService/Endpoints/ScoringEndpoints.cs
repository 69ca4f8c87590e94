using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.ScoringService;

/// <summary><c>/v1/predict</c> and <c>/v1/explain</c>.</summary>
internal sealed class ScoringEndpoints(ServedModels models, ServiceOptions options, RequestBody body, HeldBytes held,
    ServiceMetrics metrics)
{
    private const int DefaultTop = 3;

    /// <summary>Larger pictures are shown smaller: a heatmap has no more to show.</summary>
    private const int LongestOverlaySide = 1600;

    private int _requests;

    /// <summary>Classifies the pictures of a request.</summary>
    public Task PredictAsync(HttpContext context) => WithPicturesAsync(context, async (pictures, cancellation) =>
    {
        var top = Query.Count(context.Request, "top", DefaultTop);
        var scorer = models.Find(Query.Text(context.Request, "model"));
        var scored = await scorer.PredictAsync(pictures, cancellation);
        PictureAnswer[] answers = [.. scored.Zip(pictures, (s, picture) => AnswerOf(s.Prediction, picture, top))];
        if (Array.TrueForAll(answers, a => a.Error is not null))
            throw Unusable(scored, answers);
        var times = scored.Select(s => s.Times).ToList();
        context.Response.Headers["Server-Timing"] = string.Create(null,
            $"decode;dur={Longest(t => t.Decode)}, queue;dur={Longest(t => t.Queue)}, "
            + $"network;dur={Longest(t => t.Network)}, head;dur={Longest(t => t.Head)}");
        var answer = new PredictAnswer(scorer.Name, scored.First(s => s.Prediction.Error is null).Version, answers);
        await context.Response.WriteAsJsonAsync(answer, ServiceJson.Default.PredictAnswer, cancellationToken: cancellation);
        string Longest(Func<StageTimes, TimeSpan> stage) => $"{times.Max(stage).TotalMilliseconds:0.0}";
    }, "model", "top");

    /// <summary>Shows where in one picture a class is seen.</summary>
    public Task ExplainAsync(HttpContext context) => WithPicturesAsync(context, async (pictures, cancellation) =>
    {
        if (pictures.Count > 1)
            throw Query.Wrong($"one picture is explained at a time, and there are {pictures.Count}");
        var scorer = models.Find(Query.Text(context.Request, "model"));
        var method = Query.Choice(context.Request, "method", HeatmapMethods.Names);
        var output = Query.Choice(context.Request, "output", "overlay", "map", "json");
        var shown = Query.Text(context.Request, "class");
        var (png, numbers) = await scorer.ExplainAsync(pictures[0],
            (lease, picture) => Explain(scorer.Name, lease, picture, pictures[0], method, shown, output), cancellation);
        if (numbers is not null)
        {
            await context.Response.WriteAsJsonAsync(numbers, ServiceJson.Default.ExplainAnswer,
                cancellationToken: cancellation);
            return;
        }

        context.Response.ContentType = "image/png";
        context.Response.ContentLength = png!.Length;
        await context.Response.Body.WriteAsync(png, cancellation);
    }, "model", "method", "class", "output");

    private async Task WithPicturesAsync(HttpContext context,
        Func<IReadOnlyList<RequestPicture>, CancellationToken, Task> answer, params string[] parameters)
    {
        Query.Check(context.Request, parameters);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(options.Timeout);
        if (Interlocked.Increment(ref _requests) > options.Requests)
        {
            Interlocked.Decrement(ref _requests);
            throw new RequestException(StatusCodes.Status429TooManyRequests,
                $"{options.Requests} requests are under way, and no more may be: try again later")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        try
        {
            using var share = held.Open();
            await answer(await ReadAsync(context, share, time.Token), time.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _requests);
        }
    }

    private async Task<IReadOnlyList<RequestPicture>> ReadAsync(HttpContext context, HeldBytes.Share share,
        CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var pictures = await body.ReadAsync(context.Request, share, cancellation);
            metrics.Stage(models.Find(Query.Text(context.Request, "model")).Name, "body", Stopwatch.GetElapsedTime(start));
            return pictures;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(StatusCodes.Status408RequestTimeout,
                $"the body was not there within {options.Timeout.TotalSeconds} seconds");
        }
    }

    private (byte[]? Png, ExplainAnswer? Numbers) Explain(string model, ModelLease<ServedModel> lease, Picture picture,
        RequestPicture sent, string method, string? shown, string output)
    {
        var classifier = lease.Model.Model;
        if (!lease.Model.HeatmapMethods.Contains(method))
        {
            var fitting = lease.Model.HeatmapMethods;
            throw Query.Wrong(fitting.Count > 0
                ? $"'method' must be {string.Join(" or ", fitting)} for the model '{model}', not '{method}'"
                : $"the model '{model}' has no linear head over a feature map, so there is no exact map of what it looks at");
        }

        if (shown is not null && !classifier.ClassNames.Contains(shown, StringComparer.Ordinal))
            throw Query.Wrong($"'class': the model '{model}' has no '{shown}'; /v1/models/{model} lists its classes");
        var explanation = classifier.Explain(picture, shown, HeatmapMethods.ByName(method));
        if (explanation.Heatmap is not { } heatmap)
        {
            metrics.BadImage(model, "Explained");
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, explanation.Prediction.Error!);
        }

        if (output != "json")
            return (PngOf(picture, heatmap, classifier.Backbone.Preprocessing, output == "map"), null);
        var box = heatmap.Box();
        return (null, new ExplainAnswer
        {
            Model = model,
            Version = lease.Version,
            Prediction = AnswerOf(explanation.Prediction, sent, DefaultTop),
            Class = heatmap.ClassName,
            Width = heatmap.Width,
            Height = heatmap.Height,
            Map = heatmap.Values.ToArray(),
            Box = box is { } b ? new Box(b.Left, b.Top, b.Width, b.Height) : null,
            PictureWidth = heatmap.Geometry.SourceWidth,
            PictureHeight = heatmap.Geometry.SourceHeight,
        });
    }

    private byte[] PngOf(Picture picture, Heatmap heatmap, Preprocessing recipe, bool isMap)
    {
        using var original = picture.Decode(DecodeOptions.Default with
        {
            MaxPixels = options.MaxPixels,
            AtLeast = Shown(heatmap.Geometry.SourceWidth, heatmap.Geometry.SourceHeight),
        });
        var (width, height) = Shown(original.Width, original.Height);
        using var shown = Resampler.Resize(original, width, height, ResampleFilter.Bilinear);
        var placed = new Heatmap(heatmap.Values.ToArray(), heatmap.Width, heatmap.Height, heatmap.ClassName,
            recipe.GeometryFor(width, height));
        if (!isMap)
        {
            using var overlay = placed.OverlayOn(shown, box: placed.Box());
            return PngEncoder.Encode(overlay);
        }

        using MemoryStream png = new();
        PngEncoder.EncodeGray(Array.ConvertAll(placed.OverOriginal(), heat => (byte)((heat * 255) + 0.5f)), width, height, png);
        return png.ToArray();
    }

    private static (int Width, int Height) Shown(int width, int height)
    {
        var scale = Math.Min(1, LongestOverlaySide / (double)Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    private static PictureAnswer AnswerOf(ImagePrediction prediction, RequestPicture picture, int top) =>
        prediction.Error is not null ? new PictureAnswer { Name = picture.Name, Error = prediction.Error } : new PictureAnswer
        {
            Name = picture.Name,
            Label = prediction.Label,
            Score = prediction.Score,
            Abstained = prediction.AnswerThreshold is null ? null : prediction.Abstained,
            Top = prediction.Top(top),
        };

    private static RequestException Unusable(IReadOnlyList<Scored> scored, IReadOnlyList<PictureAnswer> answers) => new(
        scored.All(s => s.IsTooLarge) ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity,
        answers.Count == 1 ? answers[0].Error! : $"none of the {answers.Count} pictures can be used")
    {
        Pictures = answers.Count == 1 ? null : answers,
    };
}
