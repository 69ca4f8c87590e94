using Microsoft.AspNetCore.Http;

namespace MlPipeline.ScoringService;

/// <summary>The models by name; the first is meant where none is named.</summary>
internal sealed class ServedModels : IDisposable
{
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    /// <exception cref="ModelFileException">A model cannot be loaded.</exception>
    public ServedModels(ServiceOptions options, ServiceMetrics metrics)
    {
        var loading = options.Models
            .Select(file => Task.Run(() => new ModelScorer(file, options, _decoders, metrics))).ToArray();
        try
        {
            Task.WaitAll(loading);
        }
        catch (AggregateException e)
        {
            foreach (var loaded in loading.Where(l => l.IsCompletedSuccessfully))
                loaded.Result.Dispose();
            throw e.InnerExceptions.OfType<ModelFileException>().FirstOrDefault() ?? e.InnerExceptions[0];
        }

        All = [.. loading.Select(l => l.Result)];
    }

    public IReadOnlyList<ModelScorer> All { get; }

    /// <exception cref="RequestException">There is no such model.</exception>
    public ModelScorer Find(string? name) => name is null ? All[0]
        : All.FirstOrDefault(s => s.Name == name)
            ?? throw new RequestException(StatusCodes.Status404NotFound,
                $"there is no model '{name}'; there are {string.Join(", ", All.Select(s => s.Name))}");

    public void Dispose()
    {
        foreach (var scorer in All)
            scorer.Dispose();
        _decoders.Dispose();
    }
}
