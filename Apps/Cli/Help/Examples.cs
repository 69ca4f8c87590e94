using System.CommandLine;

namespace MlPipeline.Cli.Help;

/// <summary>What help pages show at their end, by command, and under which heading each command stands in the list of
/// all.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> s_examples = new(StringComparer.Ordinal)
    {
        ["mlpipeline"] =
        [
            "mlpipeline demo",
            "mlpipeline train photos --out flowers.zip",
            "mlpipeline predict flowers.zip new.jpg",
        ],
        ["mlpipeline demo"] = ["mlpipeline demo", "mlpipeline demo --out shapes --seed 7"],
        ["mlpipeline train"] =
        [
            "mlpipeline train photos --out flowers.zip --report report",
            "mlpipeline train photos.csv --out flowers.zip --folds 5 --bad-images skip",
            "mlpipeline train photos --out flowers.zip --train-layers last-stage --epochs 5",
            "mlpipeline train fashion-mnist --out clothes.zip --from-scratch lenet5",
        ],
        ["mlpipeline tune"] =
        [
            "mlpipeline tune photos --out best.zip --trials 30 --report search",
            "mlpipeline tune photos --study photos.db --time 600",
            "mlpipeline tune photos --out best.zip --train-layers all --epochs 9 --pruner hyperband",
        ],
        ["mlpipeline recipe"] = ["mlpipeline recipe photos", "mlpipeline recipe photos --train-layers all --input-size 64"],
        ["mlpipeline evaluate"] = ["mlpipeline evaluate flowers.zip other-photos --report evaluation.html"],
        ["mlpipeline predict"] =
        [
            "mlpipeline predict flowers.zip new.jpg",
            "mlpipeline predict flowers.zip 'inbox/**/*.jpg' --out predictions.csv",
            "find inbox -name '*.jpg' | mlpipeline predict flowers.zip -",
        ],
        ["mlpipeline score"] =
        [
            "mlpipeline score flowers.zip inbox --out scores.csv --resume",
            "mlpipeline score flowers.zip pictures.csv --out scores.parquet --shard 2/4",
        ],
        ["mlpipeline merge"] = ["mlpipeline merge scores.parquet"],
        ["mlpipeline explain"] =
        [
            "mlpipeline explain flowers.zip new.jpg --out heatmaps",
            "mlpipeline explain flowers.zip photos --out heatmaps --method cam,layer-cam,occlusion --sheet --crops 2",
        ],
        ["mlpipeline serve"] =
        [
            "mlpipeline serve flowers.zip",
            "mlpipeline serve flowers=today.zip birds.zip --listen http://0.0.0.0:8080 --api-keys keys.txt",
            "mlpipeline serve https://models.example/flowers.zip --poll 60 --samples kept",
        ],
        ["mlpipeline explain-eval"] =
        [
            "mlpipeline explain-eval demo/model.zip demo/pictures --methods cam random center --sanity",
            "mlpipeline explain-eval model.zip tiny-imagenet/val --boxes tiny-imagenet/val.tsv --limit 1000",
        ],
        ["mlpipeline export"] =
        [
            "mlpipeline export flowers.zip --out flowers.onnx --with-preprocessing",
            "mlpipeline export flowers.zip --out flowers-mlnet.zip --format mlnet --check photos",
        ],
        ["mlpipeline classify"] = ["mlpipeline classify new.jpg --backbone resnet18 --top 5"],
        ["mlpipeline features"] = ["mlpipeline features photos --out features.npy"],
        ["mlpipeline summary"] = ["mlpipeline summary resnet18", "mlpipeline summary vgg16 --batch 32"],
        ["mlpipeline bench"] = ["mlpipeline bench resnet18 --threads 1 --layers"],
        ["mlpipeline backbones"] = ["mlpipeline backbones list"],
        ["mlpipeline backbones list"] = ["mlpipeline backbones list"],
        ["mlpipeline backbones pull"] = ["mlpipeline backbones pull resnet50-v1-12"],
        ["mlpipeline backbones add"] = ["mlpipeline backbones add squeezenet.onnx --name squeezenet"],
        ["mlpipeline backbones verify"] = ["mlpipeline backbones verify"],
        ["mlpipeline backbones remove"] = ["mlpipeline backbones remove resnet50-v1-12"],
        ["mlpipeline cache"] = ["mlpipeline cache info"],
        ["mlpipeline cache info"] = ["mlpipeline cache info"],
        ["mlpipeline cache verify"] = ["mlpipeline cache verify"],
        ["mlpipeline cache prune"] = ["mlpipeline cache prune --unused-for 7"],
        ["mlpipeline completion"] =
        [
            "mlpipeline completion bash >> ~/.bashrc",
            "mlpipeline completion pwsh >> $PROFILE",
        ],
    };

    private static readonly (string Heading, string[] Commands)[] s_headings =
    [
        ("Train and measure", ["demo", "train", "tune", "recipe", "evaluate"]),
        ("Use",
            ["predict", "score", "explain", "explain-eval", "export", "serve", "classify", "features", "merge"]),
        ("Networks", ["summary", "bench", "backbones"]),
        ("Housekeeping", ["cache", "completion"]),
    ];

    /// <summary>The examples of the command that is called by these words.</summary>
    public static IReadOnlyList<string> Of(string path) => s_examples.TryGetValue(path, out var found) ? found : [];

    public static string HeadingOf(Command command) =>
        s_headings.FirstOrDefault(h => h.Commands.Contains(command.Name)).Heading ?? "Commands";
}
