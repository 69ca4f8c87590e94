using Microsoft.AspNetCore.Http;

namespace MlPipeline.ScoringService;

/// <summary><c>/v1/models</c> and what lies below.</summary>
internal sealed class ModelEndpoints(ServedModels models)
{
    /// <summary>Lists the models.</summary>
    public Task ListAsync(HttpContext context)
    {
        Query.Check(context.Request);
        return context.Response.WriteAsJsonAsync(new ModelsAnswer([.. models.All.Select(AnswerOf)]),
            ServiceJson.Default.ModelsAnswer, cancellationToken: context.RequestAborted);
    }

    /// <summary>Shows a model's card.</summary>
    public Task ShowAsync(HttpContext context)
    {
        Query.Check(context.Request);
        var scorer = Named(context);
        using var lease = scorer.Host.Lease();
        var card = lease.Model.Model.Trained.Card;
        var answer = new CardAnswer
        {
            Model = AnswerOf(scorer),
            Metrics = card.Metrics,
            Properties = card.Properties,
            Backbones = card.Backbones,
            Versions = card.Versions,
            DataFingerprint = card.DataFingerprint,
            TrainingPictures = card.TrainingPictures?.Count,
            HeldOutPictures = card.HeldOutPictures?.Count,
        };
        return context.Response.WriteAsJsonAsync(answer, ServiceJson.Default.CardAnswer,
            cancellationToken: context.RequestAborted);
    }

    /// <summary>Looks for a newer model and waits until it serves or is refused.</summary>
    /// <exception cref="RequestException">The newer one is bad; the older one is still served.</exception>
    public async Task ReloadAsync(HttpContext context)
    {
        Query.Check(context.Request, "force");
        var force = Query.Choice(context.Request, "force", "false", "true") == "true";
        var scorer = Named(context);
        var reload = await scorer.Host.ReloadAsync(force, context.RequestAborted);
        if (reload.Outcome == ReloadOutcome.Refused)
        {
            throw new RequestException(StatusCodes.Status409Conflict,
                $"the newer model is not served, the older one still is: {reload.Error}");
        }

        await context.Response.WriteAsJsonAsync(
            new ReloadAnswer(scorer.Name, reload.Outcome, reload.Version, reload.Duration.TotalSeconds),
            ServiceJson.Default.ReloadAnswer, cancellationToken: context.RequestAborted);
    }

    private ModelScorer Named(HttpContext context) => models.Find((string?)context.Request.RouteValues["name"]);

    private static ModelAnswer AnswerOf(ModelScorer scorer)
    {
        using var lease = scorer.Host.Lease();
        var (model, status) = (lease.Model.Model, scorer.Host.Status);
        return new ModelAnswer
        {
            Name = scorer.Name,
            Version = lease.Version,
            LoadedAt = status.LoadedAt,
            CheckedAt = status.CheckedAt,
            LastError = status.LastError,
            Reloads = status.Reloads,
            Waiting = scorer.Waiting,
            Classes = model.ClassNames,
            HeatmapMethods = lease.Model.HeatmapMethods,
            AnswerThreshold = model.AnswerThreshold,
        };
    }
}
