using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Gateway.Translation.Bedrock;

/// <summary>Which makers' pictures Bedrock makes; each has a body of its own.</summary>
internal static class BedrockPictures
{
    private static readonly PictureDialect s_nova = new AmazonPictures(isTitan: false);
    private static readonly PictureDialect s_titan = new AmazonPictures(isTitan: true);
    private static readonly PictureDialect s_stability = new StabilityPictures(isInpaint: false);
    private static readonly PictureDialect s_inpaint = new StabilityPictures(isInpaint: true);

    /// <summary>The dialect of a model; null for one that is not known to make pictures in this way.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isVariation">Variations of a picture are asked for, without words.</param>
    public static PictureDialect? Of(string model, bool isVariation) =>
        Has(model, "nova-canvas") ? s_nova
        : Has(model, "titan-image") ? s_titan
        : isVariation || !Has(model, "stability.") ? null
        : Has(model, "inpaint") ? s_inpaint
        : Has(model, "sd3") || Has(model, "stable-image-core") || Has(model, "stable-image-ultra") ? s_stability
        : null;

    private static bool Has(string model, string name) => model.Contains(name, StringComparison.Ordinal);
}
