"""A client in C#, for .NET 8 or newer; it needs no package."""

from __future__ import annotations

from string import Template

from azmlinfsrv.clients.description import Service
from azmlinfsrv.clients.text import ascii_scalar, comment_word, literal, seconds_text
from azmlinfsrv.clients.types import ListOf, MapOf, Scalar, Struct, Type, pascal, structs

_KINDS = {
    "string": "string",
    "integer": "long",
    "number": "double",
    "boolean": "bool",
    "anything": "JsonElement",
}
_MEMBERS_OF_CLASSES = {"Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone"}
_SOURCE = Template('''\
// Client of $title.
//
// The key or token is read from the environment variable $variable, if it is set. .NET 8 or newer
// is needed and no package: as Program.cs of `dotnet new console`, `dotnet run` sends the sample.

#nullable enable

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Tasks;

const string Sample = """
$sample
""";

try
{
    var request = JsonSerializer.Deserialize<$input>(Sample)!;
    var answer = await ServiceClient.ScoreAsync(request);
    Console.WriteLine(JsonSerializer.Serialize(answer));
    return 0;
}
catch (ServiceException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

$types
/// <summary>The service did not answer the request.</summary>
public sealed class ServiceException(string message, int? status = null, string body = "")
    : Exception(message)
{
    /// <summary>The HTTP status; null if no answer came.</summary>
    public int? Status { get; } = status;

    /// <summary>What the service said.</summary>
    public string Body { get; } = body;
}

public static class ServiceClient
{
    private const string Url = $url;
    private const string KeyVariable = $quoted_variable;

    /// <summary>Which deployment is asked; null lets the endpoint's traffic rules decide.</summary>
    private const string? Deployment = $deployment;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds($seconds);
    private static readonly HttpClient Http = new() { Timeout = Timeout };

    /// <summary>Send a request and return the answer.</summary>
    /// <exception cref="ServiceException">There is none.</exception>
    public static async Task<$output_type> ScoreAsync(
        $input_type request,
        string? deployment = Deployment)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Url)
        {
            Content = new StringContent(
                JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"),
        };
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        if (!string.IsNullOrEmpty(key))
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        if (deployment is not null)
        {
            message.Headers.Add("azureml-model-deployment", deployment);
        }
        try
        {
            using var response = await Http.SendAsync(message);
            var body = await response.Content.ReadAsStringAsync();
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
            {
                var hint = status is 401 or 403
                    ? $$" Is {KeyVariable} set to the key or token?"
                    : "";
                throw new ServiceException(
                    $$"{Url} answered {status} {response.ReasonPhrase}: {body}{hint}",
                    status,
                    body);
            }
            return JsonSerializer.Deserialize<$output_type>(body)!;
        }
        catch (TaskCanceledException)
        {
            throw new ServiceException($$"{Url} did not answer within {Timeout.TotalSeconds} s.");
        }
        catch (JsonException error)
        {
            throw new ServiceException($$"{Url} answered what is not expected: {error.Message}");
        }
        catch (HttpRequestException error)
        {
            throw new ServiceException($$"{Url} cannot be reached: {error.Message}");
        }
    }
}
''')


def csharp_client(service: Service) -> str:
    """Return the source of the client."""
    return _SOURCE.substitute(
        title=comment_word(service.title),
        variable=service.key_variable,
        quoted_variable=ascii_scalar(service.key_variable),
        url=ascii_scalar(service.url),
        deployment="null" if service.deployment is None else ascii_scalar(service.deployment),
        seconds=seconds_text(service.seconds),
        types="\n".join(map(_struct, structs(service.input, service.output))),
        input=_type(service.input),
        input_type=_type(service.input),
        output_type=_type(service.output),
        # JSON of plain letters: three quotes in a row, which would end it, are not in it.
        sample=literal(service.sample, ascii_scalar, indent="  "),
    )


def _struct(struct: Struct) -> str:
    taken = {struct.name, *_MEMBERS_OF_CLASSES}
    members = []
    for field in struct.fields:
        name = pascal(field.name)
        while name in taken:
            name += "_"
        taken.add(name)
        required, optional = ("required ", "") if field.required else ("", "?")
        ignored = (
            ""
            if field.required
            else "    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]\n"
        )
        members.append(
            f"    [JsonPropertyName({ascii_scalar(field.name)})]\n{ignored}"
            f"    public {required}{_type(field.type)}{optional} {name} {{ get; set; }}\n"
        )
    return f"public sealed class {struct.name}\n{{\n{chr(10).join(members)}}}\n"


def _type(found: Type) -> str:
    if isinstance(found, ListOf):
        return f"List<{_type(found.item)}>"
    if isinstance(found, MapOf):
        return f"Dictionary<string, {_type(found.value)}>"
    return _KINDS[found.kind] if isinstance(found, Scalar) else found.name
