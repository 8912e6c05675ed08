using System.Text;
using Switchboard.Gateway.Conversations;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>A conversation as text for people.</summary>
internal static class ConversationText
{
    /// <summary>It as Markdown: the title, and each message below the name of who says it.</summary>
    public static string ToMarkdown(ConversationHistory history) => Write(history, "# {0}\n\n", "**{0}**\n\n");

    /// <summary>It as plain text.</summary>
    public static string ToText(ConversationHistory history) => Write(history, "{0}\n\n", "{0}:\n");

    private static string Write(ConversationHistory history, string title, string head)
    {
        var text = new StringBuilder();
        var conversation = history.Conversation;
        text.Append(title.Replace("{0}", OneLine(conversation.Title ?? ConversationIds.ToUuid(conversation.Id)), StringComparison.Ordinal));
        if (!string.IsNullOrEmpty(conversation.SystemPrompt))
        {
            Append("System", conversation.SystemPrompt);
        }

        foreach (var message in history.Items.Select(ConversationMessage.Of))
        {
            if (message.Text is { } said)
            {
                Append(NameOf(message), said);
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";

        void Append(string name, string said) => text.Append(head.Replace("{0}", name, StringComparison.Ordinal)).Append(said.Trim('\n')).Append("\n\n");
    }

    private static string NameOf(ConversationMessage message) => message.Role switch
    {
        "user" => "User",
        "assistant" => "Assistant",
        "system" or "developer" => "System",
        _ => "Tool",
    };

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
