namespace MlPipeline.Trainers.FineTuning;

/// <summary>The network after an epoch.</summary>
/// <param name="Epoch">Its number; 0: before the first, -1: there is none.</param>
/// <param name="Rights">The weight of each held-out picture that was right, 0 of each that was not.</param>
/// <param name="Weights">What the training plan saved; nothing before the first epoch.</param>
internal sealed record EpochWeights(int Epoch, float[] Rights, byte[] Weights)
{
    public static EpochWeights None { get; } = new(-1, [], []);

    /// <summary>By more than the standard error that the difference would have, were both as good.</summary>
    public bool IsBetterThan(EpochWeights other)
    {
        double sum = 0, squares = 0;
        for (var i = 0; i < Rights.Length; i++)
        {
            double difference = Rights[i] - other.Rights[i];
            sum += difference;
            squares += difference * difference;
        }

        return sum > Math.Sqrt(squares);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Epoch);
        writer.WriteArray<float>(Rights);
        writer.WriteArray<byte>(Weights);
    }

    public static EpochWeights? Restore(BinaryReader reader)
    {
        var epoch = reader.ReadInt32();
        var rights = reader.ReadArray<float>();
        var weights = reader.ReadArray<byte>();
        return epoch < 0 ? null : new EpochWeights(epoch, rights, weights);
    }
}
