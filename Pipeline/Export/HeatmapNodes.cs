using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Export;

/// <summary>Class activation maps of the predicted classes, as nodes: the formulas of <see cref="ClassActivationMapMethod"/> and
/// <see cref="CovarianceActivationMapMethod"/>.</summary>
internal static class HeatmapNodes
{
    /// <summary>Adds the output.</summary>
    /// <param name="draft">Gets the nodes.</param>
    /// <param name="output">The output's name, N x H x W.</param>
    /// <param name="map">The feature maps, N x K x H x W.</param>
    /// <param name="shape">K, H and W.</param>
    /// <param name="label">The predicted classes, N.</param>
    /// <param name="head">The weights of the map's part of the features.</param>
    /// <param name="pooling">How the map becomes that part.</param>
    public static void Add(GraphDraft draft, string output, string map, FeatureMapShape shape, string label,
        LinearHeadWeights head, MapPooling pooling)
    {
        var weights = draft.Step("Gather", "class_weights",
            [draft.Constant("map_weights", Tensor.Of(head.Weights, head.ClassCount, head.FeatureCount)), label], ("axis", 0L));
        var places = draft.Step("Reshape", "map_rows", [map, draft.Wholes("map_rows_shape", 0, shape.Channels, -1)]);
        var flat = pooling == MapPooling.Covariance
            ? Covariance(draft, places, shape, weights)
            : draft.Step("MatMul", "map_sum",
                [draft.Step("Unsqueeze", "class_row", [weights, draft.Wholes("row_axis", 1)]), places]);
        draft.Output("Reshape", output, [flat, draft.Wholes("heatmap_shape", 0, shape.Height, shape.Width)]);
    }

    /// <summary>P (y' A z + z' A y) / 2 for every place, with z the centred map and A the upper triangle of weights over length
    /// times the products' roots.</summary>
    private static string Covariance(GraphDraft draft, string places, FeatureMapShape shape, string weights)
    {
        var (channels, least) = (shape.Channels, draft.Number("least_length", 1e-12f));
        var numbers = shape.Height * shape.Width;
        var sum = draft.Step("ReduceSum", "map_row_sums", [places, draft.Wholes("place_axis", 2)], ("keepdims", 1L));
        var centred = draft.Step("Sub", "centred_map",
            [places, draft.Step("Mul", "map_row_means", [sum, draft.Number("share_of_a_place", 1f / numbers)])]);
        var columns = draft.Step("Transpose", "map_columns", [centred], ("perm", new long[] { 0, 2, 1 }));
        var products = draft.Step("Reshape", "products",
            [draft.Step("MatMul", "product_matrix", [centred, columns]), draft.Wholes("flat_shape", 0, channels * channels)]);
        long[] upper = [.. Enumerable.Range(0, channels)
            .SelectMany(i => Enumerable.Range(i, channels - i).Select(j => (long)(i * channels) + j))];
        var triangle = draft.Step("Abs", "product_sizes",
            [draft.Step("Gather", "triangle", [products, draft.Wholes("triangle_indices", upper)], ("axis", 1L))]);
        var roots = draft.Step("Sqrt", "product_roots", [triangle]);
        var length = draft.Step("Max", "length", [draft.Step("Sqrt", "length_real",
            [draft.Step("ReduceSum", "length_square", [triangle, draft.Wholes("triangle_axis", 1)], ("keepdims", 1L))]), least]);

        // A product of 0 is a feature of 0: it says nothing anywhere.
        var isSomething = draft.Step("Sign", "is_something", [triangle]);
        var safe = draft.Step("Add", "safe_roots",
            [roots, draft.Step("Sub", "is_nothing", [draft.Number("one", 1), isSomething])]);
        var scaled = draft.Step("Div", "scaled_weights",
            [draft.Step("Mul", "some_weights", [weights, isSomething]), draft.Step("Mul", "divisors", [safe, length])]);

        // Back into the upper triangle of a matrix: entry 0 of what is gathered from stands for the places below it.
        var widened = draft.Step("Pad", "widened_weights", [scaled, draft.Wholes("pads", 0, 1, 0, 0)]);
        var place = upper.Index().ToDictionary(u => u.Item, u => u.Index + 1L);
        var matrix = draft.Step("Reshape", "weight_matrix",
        [
            draft.Step("Gather", "weight_entries", [widened, draft.Wholes("matrix_indices",
                [.. Enumerable.Range(0, channels * channels).Select(i => place.GetValueOrDefault(i))])], ("axis", 1L)),
            draft.Wholes("matrix_shape", 0, channels, channels),
        ]);
        var halves = draft.Step("Add", "place_products",
        [
            draft.Step("Mul", "map_products", [places, draft.Step("MatMul", "weighed_centred_map", [matrix, centred])]),
            draft.Step("Mul", "centred_products", [centred, draft.Step("MatMul", "weighed_map", [matrix, places])]),
        ]);
        var sums = draft.Step("ReduceSum", "place_sums", [halves, draft.Wholes("channel_axis", 1)], ("keepdims", 0L));
        return draft.Step("Mul", "place_scores", [sums, draft.Number("half_the_places", numbers / 2f)]);
    }
}
