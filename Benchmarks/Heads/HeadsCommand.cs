using System.CommandLine;
using System.Globalization;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>Linear heads: our solvers against scikit-learn's, in turn, on the same data, to the same objective.</summary>
internal static class HeadsCommand
{
    private const double Svm = 0.01;

    /// <summary>How far above the best objective that either side found, relative to it.</summary>
    private static readonly double[] s_excesses = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

    public static Command Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder with train_X.npy and train_y.npy; default a drawn problem.",
        };
        var rows = new Option<int>("--rows") { Description = "Rows of the drawn problem.", DefaultValueFactory = _ => 50_000 };
        var features = new Option<int>("--features")
        {
            Description = "Features of the drawn problem.",
            DefaultValueFactory = _ => 256,
        };
        var classes = new Option<int>("--classes")
        {
            Description = "Classes of the drawn problem.",
            DefaultValueFactory = _ => 200,
        };
        var separation = new Option<double>("--separation")
        {
            Description = "Deviation of the class means, in units of the noise.",
            DefaultValueFactory = _ => 0.18,
        };
        var l2 = new Option<double>("--l2") { Description = "L2 against the sum of losses.", DefaultValueFactory = _ => 1 };
        var solvers = new Option<string[]>("--solvers")
        {
            Description = "lbfgs, sdca, svm.",
            DefaultValueFactory = _ => ["lbfgs", "sdca", "svm"],
            AllowMultipleArgumentsPerToken = true,
        };
        var python = new Option<string>("--python")
        {
            Description = "A Python with scikit-learn.",
            DefaultValueFactory = _ => "python3",
        };
        var svc = new Option<bool>("--linear-svc")
        {
            Description = "Time scikit-learn's LinearSVC too; minutes on large problems.",
        };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Runs of each side, in turn; the fastest counts.",
            DefaultValueFactory = _ => 2,
        };
        var threads = new Option<int>("--threads") { Description = "Our threads; 0 for all cores." };
        var command = new Command("heads", "Linear heads against scikit-learn's LogisticRegression, to equal objectives.")
        {
            data, rows, features, classes, separation, l2, solvers, python, svc, repeats, threads,
        };
        command.SetAction(parsed =>
        {
            var folder = Directory.CreateTempSubdirectory("heads-").FullName;
            try
            {
                var problem = parsed.GetValue(data) is { } path
                    ? HeadProblem.Load(path)
                    : HeadProblem.Gaussian(folder, parsed.GetValue(rows), parsed.GetValue(features), parsed.GetValue(classes),
                        parsed.GetValue(separation), seed: 1);
                Print($"{problem.Name}, l2 {parsed.GetValue(l2)}");
                using var peer = ScikitPeer.Start(parsed.GetRequiredValue(python), folder, problem, out var absence);
                Print(peer?.Version ?? $"no scikit-learn ({absence}): compared with a plain scalar solver on one thread instead");
                var ours = new OurSolvers(problem.Samples, parsed.GetValue(threads));
                var names = parsed.GetRequiredValue(solvers);
                var turns = Math.Max(1, parsed.GetValue(repeats));
                var peers = CompareEntropy(problem, ours, peer, names, parsed.GetValue(l2), turns);
                if (names.Contains("svm"))
                    CompareSvm(ours, peer, peers, parsed.GetValue(svc), turns);

                return 0;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static FitCurve[] CompareEntropy(HeadProblem problem, OurSolvers ours, ScikitPeer? peer, string[] names, double l2,
        int turns)
    {
        Dictionary<string, Func<FitCurve>> fits = new()
        {
            ["lbfgs"] = () => ours.Lbfgs(l2, 1e-9),
            ["sdca"] = () => ours.Sdca(l2, 1e-4),
        };
        string[] chosen = [.. fits.Keys.Where(names.Contains)];
        var curves = chosen.ToDictionary(name => name, _ => new List<FitCurve>());
        List<FitCurve> peers = [];
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var name in chosen)
                curves[name].Add(fits[name]());

            peers.Add(peer?.LogisticRegression(l2) ?? new PlainPeer(problem.Samples, l2).Minimize(1e-9, mostSeconds: 60));
        }

        var best = curves.Values.SelectMany(c => c).Concat(peers).Min(c => c.Objective);
        Print($"best objective {best:0.######}; seconds until the objective was within a part of it, the fastest of "
            + $"{turns} runs");
        Print($"{"excess",8} {"peer",9} {string.Concat(chosen.Select(name => $"{name,11} {"ratio",7}"))}");
        foreach (var excess in s_excesses)
        {
            var theirs = Fastest(peers, best, excess);
            var columns = string.Concat(chosen.Select(name => Column(Fastest(curves[name], best, excess), theirs)));
            Print($"{excess,8:0e0} {Text(theirs),9} {columns}");
        }

        Report("peer", peers, best);
        foreach (var name in chosen)
            Report(name, curves[name], best);

        return [.. peers];
    }

    private static void CompareSvm(OurSolvers ours, ScikitPeer? peer, FitCurve[] entropy, bool linearSvc, int turns)
    {
        List<FitCurve> curves = [], peers = [];
        for (var turn = 0; turn < turns; turn++)
        {
            curves.Add(ours.Svm(Svm, 0.1));
            if (linearSvc && peer != null)
                peers.Add(peer.LinearSvc(Svm, 0.1));
        }

        var seconds = curves.Min(c => c.Seconds);
        Print($"svm (C {Svm}): {seconds:0.000} s, objective {curves[0].Objective:0.####}, peak "
            + $"{curves.Max(c => c.PeakMb):0} MB; {seconds / entropy.Min(c => c.Seconds):0.000} of the peer's maximum "
            + "entropy fit");
        if (peers.Count > 0)
        {
            Print($"LinearSVC: {peers.Min(c => c.Seconds):0.000} s, objective {peers[0].Objective:0.####}; ratio "
                + $"{seconds / peers.Min(c => c.Seconds):0.000}");
        }
    }

    private static double? Fastest(IEnumerable<FitCurve> curves, double best, double excess) =>
        curves.Min(c => c.SecondsTo(best * (1 + excess)));

    private static string Column(double? seconds, double? peer) =>
        $"{Text(seconds),11} {(seconds / peer is { } ratio ? ratio.ToString("0.000", CultureInfo.InvariantCulture) : "-"),7}";

    private static string Text(double? seconds) => seconds?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static void Report(string name, List<FitCurve> curves, double best) => Print(
        $"{name}: whole fit {curves.Min(c => c.Seconds):0.000} s, ended {curves[0].Objective / best - 1:0.0e0} above the "
        + $"best after {curves[0].Points.Count} {(name == "sdca" ? "checks" : name == "peer" ? "evaluations" : "iterations")}; "
        + $"peak resident memory {curves.Max(c => c.PeakMb):0} MB");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
