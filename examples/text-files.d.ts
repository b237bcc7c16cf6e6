// Text files are bundled into a Dag as strings.
declare module "*.csv" {
  const text: string;
  export default text;
}
