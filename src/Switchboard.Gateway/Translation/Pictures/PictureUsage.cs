using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>The tokens of an answer with pictures.</summary>
/// <param name="Prompt">All tokens of the prompt.</param>
/// <param name="PromptImages">Of the prompt, pictures.</param>
/// <param name="Completion">All tokens of the answer.</param>
internal readonly record struct PictureUsage(int Prompt, int PromptImages, int Completion)
{
    /// <summary>What the gateway counts.</summary>
    public TokenUsage Total => new(Prompt, Completion) { PromptImage = PromptImages, CompletionImage = Completion };

    /// <summary>The tokens of several answers.</summary>
    public static PictureUsage operator +(PictureUsage left, PictureUsage right) =>
        new(left.Prompt + right.Prompt, left.PromptImages + right.PromptImages, left.Completion + right.Completion);

    /// <summary>Writes <c>usage</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, Prompt);
        json.WriteNumber("output_tokens"u8, Completion);
        json.WriteNumber("total_tokens"u8, Prompt + Completion);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("text_tokens"u8, Prompt - PromptImages);
        json.WriteNumber("image_tokens"u8, PromptImages);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
