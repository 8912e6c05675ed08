using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>
/// The tokens as Google counts them: what its own tools read stands beside the prompt, and thoughts beside the answer,
/// where OpenAI has both within. What is told later wins, member by member.
/// </summary>
internal struct GeminiUsage
{
    private int _prompt;
    private int _toolPrompt;
    private int _cached;
    private int _candidates;
    private int _thoughts;
    private int _promptAudio;
    private int _candidatesAudio;

    /// <summary>True once anything was counted: Vertex AI tells of the kind of traffic in every event.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Reads <c>usageMetadata</c>, at whose beginning the reader stands.</summary>
    public void Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref json);
        }
    }

    /// <summary>The same as OpenAI counts.</summary>
    public readonly TokenUsage ToChat() => new()
    {
        Prompt = _prompt + _toolPrompt,
        Completion = _candidates + _thoughts,
        Cached = _cached,
        PromptAudio = _promptAudio,
        Reasoning = _thoughts,
        CompletionAudio = _candidatesAudio,
    };

    private void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("promptTokenCount"u8))
        {
            Take(ref json, ref _prompt);
        }
        else if (json.ValueTextEquals("candidatesTokenCount"u8))
        {
            Take(ref json, ref _candidates);
        }
        else if (json.ValueTextEquals("thoughtsTokenCount"u8))
        {
            Take(ref json, ref _thoughts);
        }
        else if (json.ValueTextEquals("cachedContentTokenCount"u8))
        {
            Take(ref json, ref _cached);
        }
        else if (json.ValueTextEquals("toolUsePromptTokenCount"u8))
        {
            Take(ref json, ref _toolPrompt);
        }
        else if (json.ValueTextEquals("promptTokensDetails"u8))
        {
            TakeAudio(ref json, ref _promptAudio);
        }
        else if (json.ValueTextEquals("candidatesTokensDetails"u8))
        {
            TakeAudio(ref json, ref _candidatesAudio);
        }
        else
        {
            json.Read();
            json.Skip();
        }
    }

    private void Take(ref Utf8JsonReader json, ref int count)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number >= 0)
        {
            count = number;
            IsTold = true;
        }

        json.Skip();
    }

    // [{"modality":"TEXT","tokenCount":20},{"modality":"AUDIO","tokenCount":119}]
    private static void TakeAudio(ref Utf8JsonReader json, ref int count)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            var isAudio = false;
            var tokens = 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isModality = json.ValueTextEquals("modality"u8);
                var isCount = json.ValueTextEquals("tokenCount"u8);
                json.Read();
                isAudio |= isModality && json.TokenType == JsonTokenType.String && json.ValueTextEquals("AUDIO"u8);
                tokens = isCount && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : tokens;
                json.Skip();
            }

            count = isAudio ? tokens : count;
        }
    }
}
