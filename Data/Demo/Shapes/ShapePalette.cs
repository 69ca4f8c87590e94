namespace MlPipeline.Data.Demo.Shapes;

/// <summary>The colours of one object: its main hue from the kinds its class comes in, the rest at random.</summary>
internal sealed class ShapePalette
{
    public ShapePalette(SampleRandom random, SampleShape shape)
    {
        (var low, var high) = random.Chance(shape.UsualShare) ? shape.UsualHues : shape.OtherHues;
        Main = SampleColor.FromHsv(random.Next(low, high), random.Next(0.5f, 0.95f), random.Next(0.6f, 1f));
        Second = SampleColor.Random(random, 0.35f, 0.9f, 0.5f, 1f);
        Pale = SampleColor.FromHsv(random.Next(), random.Next(0f, 0.15f), random.Next(0.88f, 1f));
        Dark = SampleColor.FromHsv(random.Next(), random.Next(0.2f, 0.6f), random.Next(0.08f, 0.22f));
        Noise = new SampleNoise(random);
    }

    public SampleColor Main { get; }

    public SampleColor Second { get; }

    public SampleColor Pale { get; }

    public SampleColor Dark { get; }

    public SampleNoise Noise { get; }
}
