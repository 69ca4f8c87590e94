namespace MlPipeline.Trainers.Recipe;

/// <summary>How a pretrained network is put to a new task.</summary>
public enum TransferWay
{
    /// <summary>None yet: the features say nothing about the labels.</summary>
    None,

    /// <summary>The network with its own classes.</summary>
    AsItIs,

    /// <summary>A linear head on its last features.</summary>
    LinearHead,

    /// <summary>An SVM on the features of earlier layers.</summary>
    SvmOnEarlierLayers,

    /// <summary>The last stage is trained too, at a small rate.</summary>
    LastStage,

    /// <summary>All layers are trained, from the pretrained weights.</summary>
    AllLayers,
}
