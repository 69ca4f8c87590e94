using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MlPipeline.Optimizers;

namespace MlPipeline.Trainers.Search;

/// <summary>Rows of features that are what they are.</summary>
internal sealed class SampleSearchData(TrainingSamples samples, IReadOnlyList<string> classNames, IReadOnlyList<int>? groups) : HeadSearchData
{
    public override int Count => samples.Count;

    public override int FeatureCount => samples.FeatureCount;

    public override IReadOnlyList<string> ClassNames => classNames;

    public override IReadOnlyList<int>? Groups => groups;

    public override int LabelOf(int example) => samples.Labels[example];

    public override TrainingSamples TrainingRows(Parameter point, IReadOnlyList<int> examples) => samples.Subset([.. examples]);

    public override TrainingSamples TestRows(Parameter point, IReadOnlyList<int> examples) => samples.Subset([.. examples]);

    public override string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(samples.Labels));
        hash.AppendData(MemoryMarshal.AsBytes(samples.Weights));
        for (var i = 0; i < samples.Count; i++)
            hash.AppendData(MemoryMarshal.AsBytes(samples.Features(i)));

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
