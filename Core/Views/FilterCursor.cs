namespace MlPipeline.Core;

/// <summary>Lets through those rows for which a test of the current input row is true.</summary>
internal sealed class FilterCursor(DataViewRowCursor input, bool[] active, Func<bool> accept) : SiftingCursor(input, active)
{
    protected override bool ToNext()
    {
        while (Advance())
        {
            if (accept())
                return true;
        }
        return false;
    }
}
