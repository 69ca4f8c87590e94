using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>
/// A kind of object. Its own coordinates have the origin in its middle, x to the right and y down, and the object lies within
/// about -1 to 1.
/// </summary>
internal abstract class SampleShape
{
    /// <summary>All kinds, in the order of their names.</summary>
    public static IReadOnlyList<SampleShape> All { get; } =
        [new FishShape(), new HouseShape(), new LeafShape(), new MushroomShape(), new RingShape(), new StarShape()];

    /// <summary>The class.</summary>
    public abstract string Name { get; }

    /// <summary>How far the object is turned at most, in turns to either side.</summary>
    public abstract float Tilt { get; }

    /// <summary>How far its farthest point is from the origin.</summary>
    public abstract float Reach { get; }

    /// <summary>The hues it mostly has, in turns from red. Kinds overlap: colour alone does not tell the class.</summary>
    public virtual (float Low, float High) UsualHues => (0, 1);

    /// <summary>The hues it has otherwise.</summary>
    public virtual (float Low, float High) OtherHues => (0, 1);

    /// <summary>The share of objects with the usual hues.</summary>
    public virtual float UsualShare => 0.75f;

    /// <summary>How deep from the edge its surface is rounded.</summary>
    public virtual float Bevel => 0.25f;

    /// <summary>About how far (x, y) is outside the object; negative inside.</summary>
    public abstract float Distance(float x, float y);

    /// <summary>The surface's colour at (x, y), before light falls on it.</summary>
    public abstract SampleColor Surface(float x, float y, ShapePalette palette);

    protected static float Box(float x, float y, float halfWidth, float halfHeight)
    {
        float dx = MathF.Abs(x) - halfWidth, dy = MathF.Abs(y) - halfHeight;
        return SampleMath.Length(Math.Max(dx, 0), Math.Max(dy, 0)) + Math.Min(Math.Max(dx, dy), 0);
    }

    protected static float Ellipse(float x, float y, float radiusX, float radiusY)
    {
        var near = SampleMath.Length(x / radiusX, y / radiusY);
        var far = SampleMath.Length(x / (radiusX * radiusX), y / (radiusY * radiusY));
        return near * (near - 1) / (far + 1e-6f);
    }

    /// <summary>The distance to a polygon given as x, y, x, y, ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static float Polygon(float x, float y, ReadOnlySpan<float> corners)
    {
        var nearest = float.MaxValue;
        var inside = false;
        var previous = corners.Length - 2;
        for (var i = 0; i < corners.Length; previous = i, i += 2)
        {
            float edgeX = corners[previous] - corners[i], edgeY = corners[previous + 1] - corners[i + 1];
            float toX = x - corners[i], toY = y - corners[i + 1];
            var along = Math.Clamp((toX * edgeX + toY * edgeY) / (edgeX * edgeX + edgeY * edgeY), 0f, 1f);
            float offX = toX - edgeX * along, offY = toY - edgeY * along;
            nearest = Math.Min(nearest, offX * offX + offY * offY);
            if (corners[i + 1] > y != corners[previous + 1] > y && toX < edgeX * toY / edgeY)
                inside = !inside;
        }

        return inside ? -MathF.Sqrt(nearest) : MathF.Sqrt(nearest);
    }

    protected static float Segment(float x, float y, float fromX, float fromY, float toX, float toY)
    {
        float edgeX = toX - fromX, edgeY = toY - fromY;
        var along = Math.Clamp(((x - fromX) * edgeX + (y - fromY) * edgeY) / (edgeX * edgeX + edgeY * edgeY), 0f, 1f);
        return SampleMath.Length(x - fromX - edgeX * along, y - fromY - edgeY * along);
    }

    /// <summary>1 within a line of the given half width at distance 0, fading outside it.</summary>
    protected static float Line(float distance, float halfWidth) =>
        1 - SampleMath.SmoothStep(halfWidth * 0.6f, halfWidth * 1.4f, MathF.Abs(distance));
}
