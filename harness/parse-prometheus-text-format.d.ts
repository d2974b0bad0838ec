declare module "parse-prometheus-text-format" {
  interface Family {
    readonly name: string;
    /** UNTYPED where none is declared under this very name. */
    readonly type: "COUNTER" | "GAUGE" | "HISTOGRAM" | "SUMMARY" | "UNTYPED";
    readonly metrics: readonly { readonly value?: string; readonly labels?: Readonly<Record<string, string>> }[];
  }
  export default function parse(text: string): readonly Family[];
}
