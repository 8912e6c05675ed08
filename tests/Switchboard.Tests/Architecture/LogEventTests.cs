using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Switchboard.Tests.Architecture;

/// <summary>Who watches a log goes by the ids of its messages.</summary>
public sealed class LogEventTests
{
    private static readonly string[] s_assemblies =
        ["Switchboard.Client", "Switchboard.Client.Azure", "Switchboard.Client.AspNetCore", "Switchboard.Engine", "Switchboard.Gateway", "Switchboard.Protocol", "Switchboard.Server"];

    [Fact]
    public void No_two_messages_have_one_id()
    {
        var messages = s_assemblies
            .SelectMany(name => Assembly.Load(name).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(message => message.EventId is not null)
            .ToArray();

        Assert.NotEmpty(messages);
        Assert.Empty(messages.GroupBy(message => message.EventId).Where(group => group.Count() > 1).Select(group =>
            $"{group.Key}: {string.Join(", ", group.Select(message => $"{message.Method.DeclaringType!.DeclaringType?.FullName}.{message.Method.Name}"))}"));
    }
}
