namespace MlPipeline.Core;

/// <summary>Goes forward over rows, once.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    /// <summary>For deriving classes.</summary>
    protected DataViewRowCursor()
    {
    }

    /// <summary>Steps to the next row; false when there is none.</summary>
    public abstract bool MoveNext();
}
