using System.CommandLine;
using System.Globalization;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>Linear heads: our solvers against ML.NET's and scikit-learn's, in turn, on the same data, to the same
/// objective.</summary>
internal static class HeadsCommand
{
    private const double Svm = 0.01;

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
            Description = "mlnet-lbfgs, mlnet-sdca, scikit-learn, beside ours; svm.",
            DefaultValueFactory = _ => ["mlnet-lbfgs", "mlnet-sdca", "scikit-learn", "svm"],
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
        var command = new Command("heads", "Linear heads against ML.NET's and scikit-learn's, to equal objectives.")
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
                Print(peer?.Version ?? $"no scikit-learn ({absence})");
                var ours = new OurSolvers(problem.Samples, parsed.GetValue(threads));
                var names = parsed.GetRequiredValue(solvers);
                var turns = Math.Max(1, parsed.GetValue(repeats));
                var entropy = CompareEntropy(problem, ours, peer, names, parsed.GetValue(l2), turns);
                if (names.Contains("svm"))
                    CompareSvm(ours, peer, entropy, parsed.GetValue(svc), turns);

                return 0;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static List<FitCurve> CompareEntropy(HeadProblem problem, OurSolvers ours, ScikitPeer? peer, string[] names,
        double l2, int turns)
    {
        var mlNet = new MlNetPeer(problem.Samples);
        Dictionary<string, Func<FitCurve>> fits = new()
        {
            ["lbfgs"] = () => ours.Lbfgs(l2, 1e-9),
            ["mlnet-lbfgs"] = () => mlNet.Lbfgs(l2, 1e-7),
            ["mlnet-sdca"] = () => mlNet.Sdca(l2),
        };
        if (peer is not null)
            fits["scikit-learn"] = () => peer.LogisticRegression(l2);

        string[] chosen = [.. fits.Keys.Where(name => name == "lbfgs" || names.Contains(name))];
        var curves = chosen.ToDictionary(name => name, _ => new List<FitCurve>());
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var name in chosen)
                curves[name].Add(fits[name]());
        }

        var best = curves.Values.SelectMany(c => c).Min(c => c.Objective);
        var own = curves["lbfgs"];
        Print($"best objective {best:0.######}");
        foreach (var name in chosen)
        {
            var peerCurves = curves[name];
            double fastest = peerCurves.Min(c => c.Seconds), excess = peerCurves[0].Objective / best - 1;
            Print($"{name}: {fastest:0.000} s, ended {excess:0.0e0} above the best, peak {peerCurves.Max(c => c.PeakMb):0} MB");
            if (name != "lbfgs")
            {
                // Who tells no curve is judged by where it ended.
                var reached = peerCurves.Min(c => c.Objective);
                var seconds = Fastest(own, reached);
                var share = Text(seconds / peerCurves.Min(c => c.Seconds));
                Print($"    lbfgs is as far after {Text(seconds)} s, {share} of that time");
            }
        }

        return own;
    }

    private static void CompareSvm(OurSolvers ours, ScikitPeer? peer, List<FitCurve> entropy, bool linearSvc, int turns)
    {
        List<FitCurve> curves = [], peers = [];
        for (var turn = 0; turn < turns; turn++)
        {
            curves.Add(ours.Svm(Svm, 0.1));
            if (linearSvc && peer != null)
                peers.Add(peer.LinearSvc(Svm, 0.1));
        }

        var seconds = curves.Min(c => c.Seconds);
        Print($"svm (C {Svm}): {seconds:0.000} s, objective {curves[0].Objective:0.####}, peak {curves.Max(c => c.PeakMb):0} MB");
        Print($"    {seconds / entropy.Min(c => c.Seconds):0.000} of our maximum entropy fit");
        if (peers.Count > 0)
        {
            var slow = peers.Min(c => c.Seconds);
            Print($"LinearSVC: {slow:0.000} s, objective {peers[0].Objective:0.####}; ratio {seconds / slow:0.000}");
        }
    }

    private static double? Fastest(IEnumerable<FitCurve> curves, double objective) => curves.Min(c => c.SecondsTo(objective));

    private static string Text(double? seconds) => seconds?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
