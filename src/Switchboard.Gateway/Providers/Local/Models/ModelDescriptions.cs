using System.Globalization;
using Switchboard.Engine;

namespace Switchboard.Gateway.Providers.Local.Models;

/// <summary>A model in a sentence, from what its file says.</summary>
internal static class ModelDescriptions
{
    public static string Describe(ModelFileInfo info, bool isBuiltIn)
    {
        var what = info.IsEmbedding ? "embeddings" : "chat and completions";
        var size = $"{Size(info.ParameterCount)} parameters";
        return isBuiltIn
            ? $"Built in and very small ({size}): {what} for trying things out, not for work."
            : $"Local, {size}: {what}.";
    }

    private static string Size(long parameters) => parameters switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.#} billion"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.#} million"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameters:N0}"),
    };
}
