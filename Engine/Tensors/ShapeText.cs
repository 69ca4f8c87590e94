using System.Text;

namespace MlPipeline.Engine.Tensors;

/// <summary>How shapes are written in messages: <c>[1x3x224x224]</c>, with <c>?</c> for a size that is not fixed.</summary>
internal static class ShapeText
{
    public static string Of(ReadOnlySpan<int> dimensions)
    {
        StringBuilder text = new("[");
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (i > 0)
                text.Append('x');
            if (dimensions[i] < 0)
                text.Append('?');
            else
                text.Append(dimensions[i]);
        }

        return text.Append(']').ToString();
    }
}
