namespace MlPipeline.Engine.Architectures;

/// <summary>The architectures that can be built by name.</summary>
public static class ArchitectureCatalog
{
    /// <summary>All of them, oldest first.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("lenet5", "LeCun et al. 1998", 32, 61_706, "the paper's layers with full connections at C3", LeNet.Build,
            classes: 10),
        new("alexnet", "Krizhevsky et al. 2012", 227, 60_965_224, "Caffe's reference model", AlexNet.Build, 61_100_840),
        new("zfnet", "Zeiler and Fergus 2013", 224, 62_357_608, "the layers of the paper's figure 3", ZfNet.Build),
        new("vgg16", "Simonyan and Zisserman 2014", 224, 138_357_544, "torchvision", o => Vgg.Build(16, false, o)),
        new("vgg19", "Simonyan and Zisserman 2014", 224, 143_667_240, "torchvision", o => Vgg.Build(19, false, o)),
        new("vgg16-bn", "Simonyan and Zisserman 2014", 224, 138_365_992, "torchvision", o => Vgg.Build(16, true, o)),
        new("vgg19-bn", "Simonyan and Zisserman 2014", 224, 143_678_248, "torchvision", o => Vgg.Build(19, true, o)),
        new("googlenet", "Szegedy et al. 2014", 224, 6_998_552, "Caffe's reference model", GoogLeNet.Build, 6_624_904),
        new("inceptionv2", "Ioffe and Szegedy 2015", 224, 11_194_984, "counted from the paper's layers", InceptionV2.Build),
        new("inceptionv3", "Szegedy et al. 2015", 299, 23_834_568, "torchvision, without the auxiliary classifier",
            InceptionV3.Build),
        new("resnet20", "He et al. 2015, section 4.2", 32, 272_474, "counted from the paper's layers, with convolutions as "
            + "shortcuts", ResNet.BuildSmall20, classes: 10),
        new("resnet10-half", "the blocks of He et al. 2015, one in each stage", 64, 1_277_800, "counted from the layers",
            ResNet.BuildSmall10, classes: 200),
        new("resnet18", "He et al. 2015", 224, 11_689_512, "torchvision", o => ResNet.Build(18, o)),
        new("resnet34", "He et al. 2015", 224, 21_797_672, "torchvision", o => ResNet.Build(34, o)),
        new("resnet50", "He et al. 2015", 224, 25_557_032, "torchvision", o => ResNet.Build(50, o)),
        new("resnet101", "He et al. 2015", 224, 44_549_160, "torchvision", o => ResNet.Build(101, o)),
        new("resnet152", "He et al. 2015", 224, 60_192_808, "torchvision", o => ResNet.Build(152, o)),
        new("resnet18-v2", "He et al. 2016", 224, 11_687_720, "counted from the paper's blocks",
            o => ResNet.BuildPreActivation(18, o)),
        new("resnet34-v2", "He et al. 2016", 224, 21_795_880, "counted from the paper's blocks",
            o => ResNet.BuildPreActivation(34, o)),
        new("resnet50-v2", "He et al. 2016", 224, 25_549_352, "counted from the paper's blocks",
            o => ResNet.BuildPreActivation(50, o)),
        new("resnet101-v2", "He et al. 2016", 224, 44_541_480, "counted from the paper's blocks",
            o => ResNet.BuildPreActivation(101, o)),
        new("resnet152-v2", "He et al. 2016", 224, 60_185_128, "counted from the paper's blocks",
            o => ResNet.BuildPreActivation(152, o)),
        new("densenet121", "Huang et al. 2016", 224, 7_978_856, "torchvision", DenseNet.Build121),
        new("squeezenet1.0", "Iandola et al. 2016", 224, 1_248_424, "torchvision", o => SqueezeNet.Build(false, o)),
        new("squeezenet1.1", "Iandola et al. 2016", 224, 1_235_496, "torchvision", o => SqueezeNet.Build(true, o)),
        new("mobilenetv2", "Sandler et al. 2018", 224, 3_504_872, "torchvision", MobileNet.BuildV2),
    ];

    /// <summary>The architecture of a name, whatever its case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static Architecture ByName(string name) =>
        All.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no architecture '{name}'; there are {string.Join(", ", All)}.", nameof(name));
}
