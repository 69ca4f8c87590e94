using MlPipeline.Trainers.Solvers;

namespace MlPipeline;

/// <summary>How a picture is changed at random each time it is shown in training. What is drawn depends on seed, epoch and
/// picture alone. Immutable; every value is checked when set.</summary>
public sealed record RandomAugmentation
{
    /// <summary>Pictures as they are in use.</summary>
    public static RandomAugmentation None { get; } = new() { SmallestArea = 1, WidestRatio = 1, Mirror = false };

    /// <summary>Pictures moved by up to an eighth of their sides, mirrored or not: usual for small pictures (He et al. 2015,
    /// section 4.2).</summary>
    public static RandomAugmentation Shifts { get; } = None with { Shift = 1.0 / 8, Mirror = true };

    /// <summary>Random parts of at least a third, turned by up to 15 degrees, mirrored or not, with other colours, a rectangle of
    /// one picture of four filled: for long trainings on few pictures.</summary>
    public static RandomAugmentation Strong { get; } = new()
    {
        SmallestArea = 0.35,
        Rotation = 15,
        Brightness = 0.2,
        Contrast = 0.2,
        Saturation = 0.2,
        Erasing = 0.25,
    };

    /// <summary>Whether pictures are brought to the network's size before anything is done to them.</summary>
    internal bool BeginsPrepared => this is { SmallestArea: 1, WidestRatio: 1, Rotation: 0 };

    /// <summary>The least share of the picture's area that is cut out; shares are drawn evenly (Szegedy et al. 2014, section 6).
    /// 1 with a widest ratio of 1: the part that is in use. Default
    /// 0.7.</summary>
    public double SmallestArea
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(SmallestArea), value,
            $"{nameof(SmallestArea)} must be above 0 and at most 1.");
    } = 0.7;

    /// <summary>The widest ratio of the part's sides; the narrowest is its inverse. Default 4:3.</summary>
    public double WidestRatio
    {
        get;
        init => field = value >= 1 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(WidestRatio), value, $"{nameof(WidestRatio)} must be at least 1.");
    } = 4.0 / 3;

    /// <summary>The largest share of its sides by which it is moved, either way across and down; what comes in repeats its rim.
    /// An eighth, with mirroring, is usual for pictures of 32x32 (He et al. 2015, section 4.2). Default 0.</summary>
    public double Shift { get; init => field = OptionCheck.Fraction(value); }

    /// <summary>Whether one picture of two is mirrored, left to right. Default true.</summary>
    public bool Mirror { get; init; } = true;

    /// <summary>The largest angle in degrees by which it is turned, either way; corners that come in are its mean colour. Default
    /// 0.</summary>
    public double Rotation
    {
        get;
        init => field = value is >= 0 and <= 180 ? value : throw new ArgumentOutOfRangeException(nameof(Rotation), value,
            $"{nameof(Rotation)} must be 0 to 180 degrees.");
    }

    /// <summary>The largest change of the brightness: samples are multiplied by 1 give or take as much. Default 0.</summary>
    public double Brightness { get; init => field = OptionCheck.Fraction(value); }

    /// <summary>The largest change of the contrast: the distances of samples from the mean luminance are multiplied by 1 give or
    /// take as much. Default 0.</summary>
    public double Contrast { get; init => field = OptionCheck.Fraction(value); }

    /// <summary>The largest change of the saturation: the distances of samples from their pixel's luminance are multiplied by 1
    /// give or take as much. Default 0.</summary>
    public double Saturation { get; init => field = OptionCheck.Fraction(value); }

    /// <summary>The share of pictures in which a rectangle of 2 to 33 % is filled with random colours (Zhong et al. 2020).
    /// Default 0.</summary>
    public double Erasing { get; init => field = OptionCheck.Fraction(value); }
}
