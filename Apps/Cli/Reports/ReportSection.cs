namespace MlPipeline.Cli.Reports;

/// <summary>A part of a report.</summary>
/// <param name="Id">What links lead to.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Html">What stands under it.</param>
internal sealed record ReportSection(string Id, string Title, string Html);
