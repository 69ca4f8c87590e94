namespace MlPipeline.Pipeline.Tests;

/// <summary>The small networks of Fixtures/, which take 32 x 32 pixels; make-networks.py made them.</summary>
internal static class TestNetworks
{
    public static Preprocessing Recipe { get; } = new()
    {
        Width = 32,
        Height = 32,
        ShorterSide = 34,
        Scale = 1f / 255,
        Mean = new ChannelValues(0.5f, 0.4f, 0.3f),
        StandardDeviation = new ChannelValues(0.2f, 0.25f, 0.3f),
    };

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static Backbone Open(string name, BackboneOptions? options = null)
    {
        options ??= new BackboneOptions();
        return Backbone.FromOnnx(
            File.ReadAllBytes(PathOf(name + ".onnx")), name, options with { Preprocessing = options.Preprocessing ?? Recipe });
    }

    public static Backbone MeanPooled { get; } = Open("mean-pooled");
}
