using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Ollama;

/// <summary>The tools of a chat request. Ollama leaves it to the model whether one is called.</summary>
internal static class OllamaTools
{
    /// <summary>Writes <c>tools</c>.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat, RequestNotes notes)
    {
        var choice = ChatToolChoice.Of(chat);
        if (choice.Kind is ChatToolChoiceKind.Required or ChatToolChoiceKind.Named)
        {
            notes.LacksMuch(chat.Root.Find("tool_choice"u8) is null ? "function_call" : "tool_choice");
        }

        if (chat.Tools.Count == 0 || choice.Kind == ChatToolChoiceKind.None)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (var tool in chat.Tools)
        {
            if (!tool.IsFunction)
            {
                notes.Refuse(tool.Path, "it is no function, and Ollama has no tools of its own");
                continue;
            }

            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteRaw("function"u8, tool.Function);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
