using MlPipeline.Imaging;

namespace MlPipeline;

/// <summary>
/// The usual ways of turning pixels into the numbers that a network was trained on, by name. A recipe says colour order and
/// normalisation alone; input size, layout and type are the network's.
/// </summary>
public static class PreprocessingRecipes
{
    private const string Rgb = "-rgb";
    private const string Bgr = "-bgr";

    // The order is that of preference where recipes serve equally well.
    private static readonly Dictionary<string, Preprocessing> s_recipes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["torch"] = Preprocessing.Torch(0),
        ["caffe"] = Preprocessing.Caffe(0),
        ["tensorflow"] = Preprocessing.TensorFlow(0),
        ["unit"] = Preprocessing.Torch(0) with { Mean = default, StandardDeviation = ChannelValues.All(1) },
        ["raw"] = Preprocessing.Torch(0) with { Scale = 1, Mean = default, StandardDeviation = ChannelValues.All(1) },
    };

    /// <summary>The names: torch (0..1, less ImageNet's mean, by its deviation), caffe (BGR in 0..255, less ImageNet's mean),
    /// tensorflow (-1..1), unit (0..1) and raw (0..255). All but caffe are RGB; with "-bgr" or "-rgb" behind the name the colours
    /// come in that order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_recipes.Keys];

    /// <summary>A recipe without a size of its own: width and height of 0 stand for the size that the network takes.</summary>
    /// <param name="name">One of <see cref="Names"/>, or one with "-rgb" or "-bgr" behind it.</param>
    /// <returns>Null where there is none of that name.</returns>
    public static Preprocessing? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var (ending, order) in ((string, ColorOrder)[])[(Rgb, ColorOrder.Rgb), (Bgr, ColorOrder.Bgr)])
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
                && s_recipes.TryGetValue(name[..^ending.Length], out var usual))
            {
                return usual with { ColorOrder = order };
            }
        }

        return s_recipes.GetValueOrDefault(name);
    }

    /// <summary>The name of a recipe; null where it has none.</summary>
    internal static string? NameOf(Preprocessing recipe) =>
        All.FirstOrDefault(r => r.Recipe.HasNormalizationOf(recipe)).Name;

    /// <summary>All recipes in the order of preference, each with its usual order of colours first.</summary>
    public static IReadOnlyList<(string Name, Preprocessing Recipe)> All { get; } =
        [.. s_recipes.Select(r => (r.Key, r.Value)), .. s_recipes.Select(r => Reversed(r.Key, r.Value))];

    private static (string, Preprocessing) Reversed(string name, Preprocessing recipe) => recipe.ColorOrder == ColorOrder.Rgb
        ? (name + Bgr, recipe with { ColorOrder = ColorOrder.Bgr })
        : (name + Rgb, recipe with { ColorOrder = ColorOrder.Rgb });
}
