using System.Collections.Concurrent;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>
/// A chain laid out for one picture at a time, as often as callers are at work, on the callers' own threads: none waits for a
/// thread of the pool. No more are at work at once than there are cores; the others wait for one of them to end.
/// </summary>
internal sealed class PredictionLanes(PredictionChain chain, BackboneTransformer backbone, string? mapColumn) : IDisposable
{
    private readonly ConcurrentBag<Lane> _idle = [];
    private readonly SemaphoreSlim _room = new(Environment.ProcessorCount);

    /// <summary>Scores a picture; with a map column also gives the feature map.</summary>
    /// <exception cref="BadImageException">The picture cannot be read.</exception>
    public T Run<T>(Picture picture, Func<float[], VBuffer<float>, T> use)
    {
        _room.Wait();
        try
        {
            if (!_idle.TryTake(out var lane))
                lane = new Lane(chain, backbone, mapColumn);
            try
            {
                return lane.Run(picture, use);
            }
            finally
            {
                _idle.Add(lane);
            }
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var lane))
            lane.Dispose();
        _room.Dispose();
    }

    private sealed class Lane : IDisposable
    {
        private readonly PictureCursor _input;
        private readonly DataViewRow _output;
        private readonly ValueGetter<VBuffer<float>> _score;
        private readonly ValueGetter<VBuffer<float>>? _map;
        private VBuffer<float> _scores;
        private VBuffer<float> _featureMap;

        public Lane(PredictionChain chain, BackboneTransformer backbone, string? mapColumn)
        {
            var mapper = backbone == chain.Backbone ? chain.Mapper : chain.MapperOf(backbone);
            _input = new PictureCursor(chain.Schema, chain.PictureColumn);
            var score = mapper.OutputSchema[PredictionChain.ScoreColumn];
            var map = mapColumn is null ? (DataViewSchema.Column?)null : mapper.OutputSchema[mapColumn];
            _output = mapper.GetRow(_input, map is { } m ? [score, m] : [score]);
            _score = _output.GetGetter<VBuffer<float>>(score);
            _map = map is { } f ? _output.GetGetter<VBuffer<float>>(f) : null;
        }

        public T Run<T>(Picture picture, Func<float[], VBuffer<float>, T> use)
        {
            _input.Set(picture);
            _score(ref _scores);
            _map?.Invoke(ref _featureMap);
            return use(_scores.DenseValues().ToArray(), _featureMap);
        }

        public void Dispose() => _output.Dispose();
    }
}
