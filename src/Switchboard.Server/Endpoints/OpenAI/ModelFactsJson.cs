using System.Text.Json;
using Switchboard.Gateway.ModelData;

namespace Switchboard.Server.Endpoints.OpenAI;

/// <summary>What is known of a model, as members beside those that the API has.</summary>
internal static class ModelFactsJson
{
    /// <summary>Writes the members; the model's object is open.</summary>
    public static void Write(Utf8JsonWriter json, ModelFacts facts)
    {
        if (facts.MaxOutputTokens is { } tokens)
        {
            json.WriteNumber("max_output_tokens"u8, tokens);
        }

        if (facts.Capabilities is { } capabilities)
        {
            json.WriteStartArray("capabilities"u8);
            foreach (var name in ModelCapabilityNames.Of(capabilities))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        if (facts.Prices is { } prices)
        {
            json.WriteStartObject("pricing"u8);
            json.WriteString("currency"u8, "USD"u8);
            WritePrices(json, prices);
            if (prices.LongPrompt is { } longer)
            {
                json.WriteStartObject("long_prompt"u8);
                json.WriteNumber("above"u8, longer.Above);
                WritePrices(json, longer.Prices);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
    }

    private static void WritePrices(Utf8JsonWriter json, ModelPrices prices)
    {
        foreach (var (name, price) in prices.Known)
        {
            json.WriteNumber(name, price);
        }
    }
}
