namespace MlPipeline.Trainers.Solvers.Sgd;

/// <summary>An epoch of <see cref="SgdSolver"/>, as it ended.</summary>
internal sealed class SgdEpoch
{
    private readonly Func<LinearModel> _model;

    internal SgdEpoch(int epoch, int batches, double meanLoss, double accuracy, double learningRate, Func<LinearModel> model)
    {
        Epoch = epoch;
        Batches = batches;
        MeanLoss = meanLoss;
        Accuracy = accuracy;
        LearningRate = learningRate;
        _model = model;
    }

    /// <summary>The number of the epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>Steps made in this epoch.</summary>
    public int Batches { get; }

    /// <summary>The weighted mean of -ln p(label) over the epoch, each example seen by the model of its moment.</summary>
    public double MeanLoss { get; }

    /// <summary>The weighted share of examples that the model of the moment got right.</summary>
    public double Accuracy { get; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; }

    /// <summary>A copy of the model as it is now.</summary>
    public LinearModel CopyModel() => _model();
}
