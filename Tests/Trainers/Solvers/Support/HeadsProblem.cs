using MlPipeline.Pipeline.Features;
using MlPipeline.Tests.Support;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Tests;

/// <summary>The 2,000 x 512 x 10 problem that may lie beside the checkout, and how well a model does on it.</summary>
internal static class HeadsProblem
{
    public static FeatureMatrix Load(string part) => new(
        Npy.Read<float>(SharedData.PathOf("data", "heads", part + "_X.npy")), 512,
        Npy.Read<int>(SharedData.PathOf("data", "heads", part + "_y.npy")), Problems.Names(10));

    public static (double LogLoss, double Accuracy) Evaluate(LinearModel model, FeatureMatrix samples)
    {
        var scores = new float[model.ClassCount];
        double loss = 0;
        var right = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            model.Scores(samples.Row(i), scores);
            right += Array.IndexOf(scores, scores.Max()) == samples.Labels[i] ? 1 : 0;
            Softmax.Apply(scores);
            loss -= Math.Log(Math.Max(scores[samples.Labels[i]], 1e-15));
        }

        return (loss / samples.Count, (double)right / samples.Count);
    }
}
